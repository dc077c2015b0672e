/** The offer to keep waiting answers in a file, after the line has been gone for a while. */
import { useEffect, useState } from 'preact/hooks';
import type { Ctrl } from '../ctrl';
import type { Texts } from '../../lib/i18n';
import { download, OFFER_AFTER_MS } from '../saving';

export function SaveFile({ ctrl, t }: { ctrl: Ctrl; t: Texts }) {
  const [isOffered, setOffered] = useState(false);
  const [saved, setSaved] = useState<string | null>(null);
  useEffect(() => {
    const timer = setTimeout(() => setOffered(true), OFFER_AFTER_MS);
    return () => clearTimeout(timer);
  }, []);
  if (!isOffered || ctrl.waitingCount.value === 0) return null;
  const save = async () => {
    const file = await ctrl.outboxFile();
    if (file === null) return setSaved('');
    download(file);
    setSaved(file.name);
  };
  return (
    <p class="banner">
      {t('candidate.save_file.text')}{' '}
      <button type="button" class="button small" onClick={() => void save()}>{t('candidate.save_file')}</button>{' '}
      <span role="status">
        {saved !== null && (saved === '' ? t('candidate.save_file.failed') : t('candidate.save_file.done', { name: saved }))}
      </span>
    </p>
  );
}
