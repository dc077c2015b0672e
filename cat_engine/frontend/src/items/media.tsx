/** Pictures that can be enlarged, and recordings with their words. */
import { useState } from 'preact/hooks';
import { Dialog } from '../lib/dialog';
import type { Texts } from '../lib/i18n';
import type { Picture, Recording } from './types';

export function Figure({ picture, t }: { picture: Picture; t: Texts }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <figure class="figure">
      <img src={picture.url} alt={picture.alt} />
      <button type="button" class="button small" onClick={() => setOpen(true)}>{t('candidate.zoom')}</button>
      {isOpen && (
        <Dialog title={t('candidate.zoom')} onClose={() => setOpen(false)} wide>
          <img class="zoomed" src={picture.url} alt={picture.alt} />
          <p class="quiet">{picture.alt}</p>
          <div class="buttons">
            <button type="button" class="button primary" onClick={() => setOpen(false)}>{t('candidate.close')}</button>
          </div>
        </Dialog>
      )}
    </figure>
  );
}

export function Listening({ recording, t }: { recording: Recording; t: Texts }) {
  return (
    <div class="listening">
      <audio controls preload="metadata" src={recording.url} aria-label={t('candidate.listen')} />
      {recording.transcript && (
        <details>
          <summary>{t('candidate.transcript')}</summary>
          <p>{recording.transcript}</p>
        </details>
      )}
    </div>
  );
}
