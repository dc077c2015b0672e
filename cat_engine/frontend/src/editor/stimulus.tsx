/** The text, figure or recording that several items share. */
import type { Stimulus } from './document';
import { Button, Line, Select, idOf, useCtrl } from './fields';
import { AudioField, ImageField } from './media';
import { wordsIn } from './rich';
import { RichField } from './rich_field';

const BEGINNING = 60;

export function StimulusFields() {
  const ctrl = useCtrl();
  const { t, begin } = ctrl;
  const { stimulus } = ctrl.document.value;
  const set = (next: Stimulus | null) => {
    ctrl.change((document) => ({ ...document, stimulus: next }));
    ctrl.replaced.value += 1;
  };
  const said = (one: Stimulus) => `${one.id}: ${wordsIn(one.text, one.notation ?? 'plain').slice(0, BEGINNING)}`;
  const shared = begin.stimuli.find((one) => one.id === stimulus?.id);
  const isChanged = stimulus !== null && shared !== undefined && JSON.stringify(shared) !== JSON.stringify(stimulus);
  return (
    <details class="more" open={stimulus !== null}>
      <summary>{t('editor.stimulus')}</summary>
      <p class="hint">{t('editor.stimulus_hint')}</p>
      {begin.stimuli.length > 0 && (
        <Select id={idOf('stimulus-known')} label={t('editor.stimulus_known')} value={shared ? shared.id : ''}
          options={[['', t('editor.choose')], ...begin.stimuli.map((one) => [one.id, said(one)] as const)]}
          put={(id) => { const known = begin.stimuli.find((one) => one.id === id); if (known) set(known); }} />
      )}
      {stimulus === null
        ? <Button label={t('editor.stimulus_new')} act={() => set({ id: '', text: '', image: null })} />
        : (
          <>
            {isChanged && <p class="note">{t('editor.stimulus_changed')}</p>}
            <Line place="stimulus/id" label={t('editor.stimulus_id')} hint={t('editor.identifier_hint')} />
            <RichField place="stimulus/text" label={t('editor.stimulus_text')} />
            <ImageField place="stimulus/image" label={t('editor.stimulus_picture')} />
            <AudioField place="stimulus/audio" label={t('editor.stimulus_audio')} />
            <Button label={t('editor.stimulus_none')} act={() => set(null)} />
          </>
        )}
    </details>
  );
}
