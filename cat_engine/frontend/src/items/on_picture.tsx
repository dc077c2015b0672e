/** What is asked on a picture: areas to choose, points to set. Everything also works by keys alone. */
import { useState } from 'preact/hooks';
import { OptionList } from './choices';
import type { AskProps } from './item_body';
import { chooseOption, chosenLetters, mayChooseMore } from './responses';
import type { Area, Ask } from './types';

const STEP = 0.01;
const FINE_STEP = 0.002;

/** Width and height of the picture in the units of its areas; measured where nobody said. */
function usePictureSize(ask: Ask) {
  const { width = 0, height = 0 } = ask.settings ?? {};
  const [natural, setNatural] = useState({ width: width || 100, height: height || 100 });
  return {
    size: width && height ? { width, height } : natural,
    onLoad: (event: { currentTarget: HTMLImageElement }) =>
      setNatural({ width: event.currentTarget.naturalWidth || 100, height: event.currentTarget.naturalHeight || 100 }),
  };
}

/** A picture whose areas can be clicked; below it the same options as native controls. */
export function HotspotPicture(props: AskProps) {
  const { ask, given, give, t } = props;
  const { size, onLoad } = usePictureSize(ask);
  const chosen = new Set(chosenLetters(given));
  const toggle = (letter: string) => {
    const isChosen = chosen.has(letter);
    if (!isChosen && !mayChooseMore(ask, given)) return;
    give(chooseOption(ask, given, letter, !isChosen));
  };
  // The options' own words, or "Bagian A": an area has rarely a name.
  const named = { ...ask, options: ask.options.map((one) => (one.text === '' ? { ...one, text: t('candidate.area', { letter: one.letter }) } : one)) };
  return (
    <>
      <div class="on-picture">
        {ask.image && <img src={ask.image.url} alt={ask.image.alt} onLoad={onLoad} />}
        <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          {ask.options.map((option) => option.area && (
            <Shape key={option.letter} area={option.area} size={size} letter={option.letter}
              class={chosen.has(option.letter) ? 'area chosen' : 'area'} onClick={() => toggle(option.letter)} />
          ))}
        </svg>
      </div>
      <OptionList {...props} ask={named} />
    </>
  );
}

/** A picture on which options or gaps have letters: for orders and pairs of what is on it. */
export function LetteredPicture({ ask }: AskProps) {
  const { size, onLoad } = usePictureSize(ask);
  const placed = [...ask.options, ...(ask.targets ?? [])].filter((one) => one.area);
  if (!ask.image || placed.length === 0) return null;
  return (
    <div class="on-picture">
      <img src={ask.image.url} alt={ask.image.alt} onLoad={onLoad} />
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
        {placed.map((one) => <Shape key={one.letter} area={one.area!} size={size} letter={one.letter} class="area" />)}
      </svg>
    </div>
  );
}

/** A picture on which points are set: by the pointer, or by arrow keys and Enter. */
export function PointPicture({ ask, id, given, give, t }: AskProps) {
  const { size, onLoad } = usePictureSize(ask);
  const points = given && 'points' in given ? given.points : [];
  const most = ask.settings?.most ?? 0;
  const [at, setAt] = useState({ x: 0.5, y: 0.5 });
  const [isAiming, setAiming] = useState(false);
  const put = (next: [number, number][]) => {
    const sorted = [...next].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    give(sorted.length > 0 ? { points: sorted } : null);
  };
  const add = (x: number, y: number) => {
    const point: [number, number] = [Math.round(x * size.width), Math.round(y * size.height)];
    if (points.some(([a, b]) => a === point[0] && b === point[1])) return;
    if (most === 1) put([point]);
    else if (most === 0 || points.length < most) put([...points, point]);
  };
  const onClick = (event: MouseEvent) => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    if (event.detail > 0) add((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? FINE_STEP : STEP;
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step],
    };
    const move = moves[event.key];
    if (!move && event.key !== 'Enter' && event.key !== ' ') return;
    event.preventDefault();
    event.stopPropagation();
    if (move) setAt({ x: inside(at.x + move[0]), y: inside(at.y + move[1]) });
    else add(at.x, at.y);
  };
  return (
    <div class="points">
      <button type="button" class="on-picture" id={id} aria-describedby={`${id}-how`} onClick={onClick} onKeyDown={onKeyDown}
        onFocus={() => setAiming(true)} onBlur={() => setAiming(false)}>
        {ask.image && <img src={ask.image.url} alt={ask.image.alt} onLoad={onLoad} />}
        <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden="true">
          {points.map(([x, y], index) => <Pin key={`${x} ${y}`} x={x} y={y} size={size} number={index + 1} />)}
          {isAiming && <Cross x={at.x * size.width} y={at.y * size.height} size={size} />}
        </svg>
      </button>
      <p id={`${id}-how`} class="quiet">{t('candidate.point_how')}</p>
      <ul class="pair-list" aria-label={t('candidate.points')}>
        {points.map(([x, y], index) => (
          <li key={`${x} ${y}`}>
            {t('candidate.point', { number: index + 1, across: percent(x, size.width), down: percent(y, size.height) })}{' '}
            <button type="button" class="button small" aria-label={t('candidate.remove_what', { what: String(index + 1) })}
              onClick={() => put(points.filter((_, other) => other !== index))}>
              {t('candidate.remove')}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface Size {
  width: number;
  height: number;
}

function Shape(props: { area: Area; size: Size; letter: string; class: string; onClick?: () => void }) {
  const { area, size } = props;
  const [a = 0, b = 0, c = 0, d = 0] = area.coords;
  const corners = area.coords.reduce<string[]>((all, value, index) => (index % 2 ? [...all.slice(0, -1), `${all[all.length - 1]},${value}`] : [...all, String(value)]), []);
  const label = centre(area, size);
  return (
    <g class={props.class} onClick={props.onClick}>
      {area.shape === 'circle' && <circle cx={a} cy={b} r={c} />}
      {area.shape === 'ellipse' && <ellipse cx={a} cy={b} rx={c} ry={d} />}
      {area.shape === 'rect' && <rect x={a} y={b} width={c - a} height={d - b} />}
      {area.shape === 'poly' && <polygon points={corners.join(' ')} />}
      {area.shape === 'default' && <rect x={0} y={0} width={size.width} height={size.height} />}
      <text x={label.x} y={label.y} font-size={size.width / 24} text-anchor="middle" dominant-baseline="central">{props.letter}</text>
    </g>
  );
}

function centre(area: Area, size: Size): { x: number; y: number } {
  const [a = 0, b = 0, c = 0, d = 0] = area.coords;
  if (area.shape === 'circle' || area.shape === 'ellipse') return { x: a, y: b };
  if (area.shape === 'rect') return { x: (a + c) / 2, y: (b + d) / 2 };
  if (area.shape === 'default') return { x: size.width / 2, y: size.height / 2 };
  const xs = area.coords.filter((_, index) => index % 2 === 0);
  const ys = area.coords.filter((_, index) => index % 2 === 1);
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
  return { x: mean(xs), y: mean(ys) };
}

function Pin({ x, y, size, number }: { x: number; y: number; size: Size; number: number }) {
  const radius = size.width / 60;
  return (
    <g class="pin">
      <circle cx={x} cy={y} r={radius} />
      <text x={x} y={y} font-size={radius * 1.3} text-anchor="middle" dominant-baseline="central">{number}</text>
    </g>
  );
}

function Cross({ x, y, size }: { x: number; y: number; size: Size }) {
  return (
    <g class="cross">
      <line x1={x} y1={0} x2={x} y2={size.height} />
      <line x1={0} y1={y} x2={size.width} y2={y} />
    </g>
  );
}

function inside(share: number): number {
  return Math.min(1, Math.max(0, share));
}

function percent(value: number, whole: number): number {
  return Math.round((100 * value) / whole);
}
