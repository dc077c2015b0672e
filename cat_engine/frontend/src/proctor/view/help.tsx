/** What the keyboard does. */
import { Dialog } from '../../lib/dialog';
import type { Props } from './words';

export function HelpDialog({ ctrl, t }: Props) {
  const close = () => (ctrl.isHelpOpen.value = false);
  const keys: [string, string][] = [
    ['/', t('proctor.help.search')],
    [t('proctor.key.arrows'), t('proctor.help.arrows')],
    [t('proctor.key.space'), t('proctor.help.space')],
    ['Shift', t('proctor.help.range')],
    ['A', t('proctor.help.all')],
    ['T', t('proctor.help.view')],
    ['S', t('proctor.act.start')],
    ['P', t('proctor.act.pause')],
    ['R', t('proctor.act.resume')],
    ['E', t('proctor.act.extend')],
    ['L', t('proctor.act.release')],
    ['M', t('proctor.act.message')],
    ['G', t('proctor.act.compensate')],
    ['Esc', t('proctor.help.escape')],
    ['?', t('proctor.help.help')],
  ];
  return (
    <Dialog title={t('proctor.help')} onClose={close}>
      <dl class="keys">
        {keys.map(([key, words]) => (
          <div key={key}><dt><kbd>{key}</kbd></dt><dd>{words}</dd></div>
        ))}
      </dl>
      <div class="buttons"><button type="button" class="button primary" onClick={close}>{t('proctor.close')}</button></div>
    </Dialog>
  );
}
