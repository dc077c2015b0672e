/**
 * What script adds to the door; everything works without it. Keys typed anywhere go into the scan field,
 * so a scanner never misses; numbers stay up to date; the camera reads codes where the browser can; a
 * slip is printed at once where the desk wants that.
 */

interface Code { rawValue: string }
interface Detector { detect(source: HTMLVideoElement): Promise<Code[]> }
type DetectorKind = new (options: { formats: string[] }) => Detector;

const COUNTS_MS = 5_000;
const LOOK_MS = 200;
const ALWAYS = 'cat-door-print';
const FIELDS = 'INPUT, TEXTAREA, SELECT, BUTTON, A, SUMMARY';

function scanField(): HTMLInputElement | null {
  return document.querySelector<HTMLInputElement>('#no');
}

/** A scanner types like a keyboard: a digit or letter outside every field belongs to the scan field. */
function catchKeys(): void {
  document.addEventListener('keydown', (event) => {
    const field = scanField();
    const target = event.target as Element | null;
    const isPlain = event.key.length === 1 && event.key !== ' ' && !event.ctrlKey && !event.altKey && !event.metaKey;
    if (field === null || !isPlain || target?.closest('input, textarea, select') != null) return;
    field.focus();
  });
  document.addEventListener('click', (event) => {
    const target = event.target as Element | null;
    if (target?.closest(FIELDS) === null) scanField()?.focus();
  });
}

async function refreshCounts(place: HTMLElement, exam: string): Promise<void> {
  const answer = await fetch(`/door/${encodeURIComponent(exam)}/counts`);
  if (!answer.ok) return;
  const counts = (await answer.json()) as Record<string, number>;
  for (const shown of place.querySelectorAll<HTMLElement>('[data-count]')) {
    const value = counts[shown.dataset.count ?? ''];
    if (value !== undefined) shown.textContent = String(value);
  }
}

function keepCounts(): void {
  const place = document.querySelector<HTMLElement>('.door-counts');
  const exam = place?.dataset.session;
  if (!place || !exam) return;
  setInterval(() => { refreshCounts(place, exam).catch(() => undefined); }, COUNTS_MS);
}

function submitCode(code: string): void {
  const field = scanField();
  if (field === null) return;
  field.value = code.trim();
  field.form?.requestSubmit();
}

async function look(detector: Detector, video: HTMLVideoElement): Promise<void> {
  const stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: 'environment' } });
  video.srcObject = stream;
  video.hidden = false;
  await video.play();
  const timer = setInterval(() => {
    detector.detect(video).then((codes) => {
      const found = codes[0]?.rawValue;
      if (found === undefined) return;
      clearInterval(timer);
      for (const track of stream.getTracks()) track.stop();
      submitCode(found);
    }).catch(() => undefined);
  }, LOOK_MS);
}

function offerCamera(): void {
  const Kind = (window as unknown as { BarcodeDetector?: DetectorKind }).BarcodeDetector;
  const button = document.querySelector<HTMLButtonElement>('#camera');
  const video = document.querySelector<HTMLVideoElement>('#view');
  const none = document.querySelector<HTMLElement>('#no_camera');
  if (Kind === undefined || !navigator.mediaDevices || button === null || video === null) return;
  button.hidden = false;
  if (none) none.hidden = true;
  button.addEventListener('click', () => {
    look(new Kind({ formats: ['qr_code'] }), video).catch(() => {
      if (none) none.hidden = false;
      scanField()?.focus();
    });
  });
}

function offerPrint(): void {
  const button = document.querySelector<HTMLButtonElement>('#print');
  const always = document.querySelector<HTMLInputElement>('#always');
  if (button === null || always === null) return;
  button.hidden = false;
  always.closest('label')?.removeAttribute('hidden');
  always.checked = localStorage.getItem(ALWAYS) === '1';
  always.addEventListener('change', () => { localStorage.setItem(ALWAYS, always.checked ? '1' : ''); });
  button.addEventListener('click', () => { window.print(); });
  if (always.checked) window.print();
}

catchKeys();
keepCounts();
offerCamera();
offerPrint();
