/** A picture or a recording beside a text: uploaded, with words that stand for it. */
import { useState } from 'preact/hooks';
import type { Audio, Image } from './document';
import { Button, FaultsAt, Line, Lines, idOf, useCtrl } from './fields';
import { Icon } from './icon';
import { valueAt, withValue } from './lens';
import { upload, type Medium } from './server';

interface Props {
  place: string;
  label: string;
  isLine?: boolean;
  onTaken?: (medium: Medium, preview: string) => void;
}

export function ImageField({ place, label, isLine = false, onTaken }: Props) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const image = (valueAt(ctrl.document.value, place) as Image | null | undefined) ?? null;
  const [fault, setFault] = useState('');
  const [isOpen, setOpen] = useState(false);
  const take = async (file: File | undefined) => {
    if (!file) return;
    const answer = await upload(file);
    if ('refused' in answer) return setFault(answer.refused.message || t('editor.unreachable'));
    const { kind, digest, extension } = answer.ok;
    if (kind !== 'image') return setFault(t('editor.fault.is_recording'));
    setFault('');
    ctrl.change((document) => withValue(document, place, { digest, extension, alt: image?.alt ?? '' }));
    onTaken?.(answer.ok, `/media/${digest}.${extension}`);
  };
  if (!image && isLine && !isOpen) return <Button label={t('editor.add_picture', { what: label })} act={() => setOpen(true)}><Icon name="picture" /></Button>;
  const id = idOf(place);
  return (
    <div class={isLine ? 'medium inset' : 'medium'}>
      {image && <img src={`/media/${image.digest}.${image.extension}`} alt="" />}
      <div class="field">
        <label for={`${id}-file`}>{image ? t('editor.other_picture', { what: label }) : label}</label>
        <input id={`${id}-file`} type="file" accept=".svg,.png,.jpg,.jpeg" aria-describedby={`${id}-file-hint`} onChange={(event) => void take(event.currentTarget.files?.[0])} />
        <span class="hint" id={`${id}-file-hint`}>{t('editor.picture_hint')}</span>
        {fault && <span class="field-fault" role="alert">{fault}</span>}
        <FaultsAt place={place} />
      </div>
      {image && <Line place={`${place}/alt`} label={t('editor.alt')} hint={t('editor.alt_hint')} />}
      {image && <Button label={t('editor.remove_what', { what: label })} act={() => { setOpen(false); ctrl.change((document) => withValue(document, place, null)); }} >{t('editor.remove')}</Button>}
    </div>
  );
}

export function AudioField({ place, label }: { place: string; label: string }) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const audio = valueAt(ctrl.document.value, place) as Audio | undefined;
  const [fault, setFault] = useState('');
  const take = async (file: File | undefined) => {
    if (!file) return;
    const answer = await upload(file);
    if ('refused' in answer) return setFault(answer.refused.message || t('editor.unreachable'));
    const { kind, digest, extension } = answer.ok;
    if (kind !== 'audio') return setFault(t('editor.fault.is_picture'));
    setFault('');
    ctrl.change((document) => withValue(document, place, { digest, extension, transcript: audio?.transcript ?? '' }));
  };
  const id = idOf(place);
  return (
    <div class="medium">
      {audio && <audio controls preload="metadata" src={`/media/${audio.digest}.${audio.extension}`} aria-label={label} />}
      <div class="field">
        <label for={`${id}-file`}>{audio ? t('editor.other_picture', { what: label }) : label}</label>
        <input id={`${id}-file`} type="file" accept=".mp3,.ogg,.wav,.m4a" aria-describedby={`${id}-file-hint`} onChange={(event) => void take(event.currentTarget.files?.[0])} />
        <span class="hint" id={`${id}-file-hint`}>{t('editor.audio_hint')}</span>
        {fault && <span class="field-fault" role="alert">{fault}</span>}
      </div>
      {audio && <Lines place={`${place}/transcript`} label={t('editor.transcript')} hint={t('editor.transcript_hint')} rows={2} />}
      {audio && <Button label={t('editor.remove_what', { what: label })} act={() => ctrl.change((document) => withValue(document, place, undefined))}>{t('editor.remove')}</Button>}
    </div>
  );
}
