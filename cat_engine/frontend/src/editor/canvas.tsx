/** A picture on which areas are drawn: by the pointer, and by keys on each of them. */
import { useRef, useState } from 'preact/hooks';
import type { Area, Image, Shape } from './document';
import { useCtrl } from './fields';
import { boxOf, cornersOf, drawn, handlesOf, numbersOf, pulled, scaled, shifted, within, type Point, type Size } from './shapes';

export interface Drawn {
  area: Area;
  letter: string;
  label: string;
  isRight: boolean;
}
interface Props {
  image: Image;
  size: Size;
  shape: Shape;
  listed: readonly Drawn[];
  onSize: (size: Size) => void;
  add: (area: Area) => void;
  set: (index: number, area: Area) => void;
  remove: (index: number) => void;
}
type Doing = { from: Point; to: Point } | { moved: number; at: Point; before: Area } | { pulled: number; handle: number };

const LEAST_SHARE = 0.01;

export function Canvas(props: Props) {
  const { t } = useCtrl();
  const { image, size, listed, shape } = props;
  const svg = useRef<SVGSVGElement>(null);
  const [doing, setDoing] = useState<Doing | null>(null);
  const [corners, setCorners] = useState<Point[]>([]);
  const [chosen, setChosen] = useState(-1);
  const pointOf = (event: PointerEvent | MouseEvent): Point => {
    const box = svg.current!.getBoundingClientRect();
    return [
      within(((event.clientX - box.left) / box.width) * size.width, 0, size.width),
      within(((event.clientY - box.top) / box.height) * size.height, 0, size.height),
    ];
  };
  const onDown = (event: PointerEvent, next: Doing) => {
    event.stopPropagation();
    svg.current?.setPointerCapture(event.pointerId);
    setDoing(next);
  };
  const onMove = (event: PointerEvent) => {
    if (!doing) return;
    const point = pointOf(event);
    if ('from' in doing) setDoing({ ...doing, to: point });
    else if ('moved' in doing) props.set(doing.moved, shifted(doing.before, [point[0] - doing.at[0], point[1] - doing.at[1]], size));
    else props.set(doing.pulled, pulled(listed[doing.pulled]!.area, doing.handle, point));
  };
  const onUp = () => {
    if (doing && 'from' in doing) {
      const least = LEAST_SHARE * size.width;
      const isDrawn = Math.hypot(doing.to[0] - doing.from[0], doing.to[1] - doing.from[1]) > least;
      if (shape === 'poly') setCorners([...corners, doing.to]);
      else if (isDrawn) {
        props.add(drawn(shape, doing.from, doing.to));
        setChosen(listed.length);
      } else setChosen(-1);
    }
    setDoing(null);
  };
  const close = () => {
    if (corners.length > 2) props.add(['poly', corners.flat().map(Math.round)]);
    setCorners([]);
  };
  const going = doing && 'from' in doing && shape !== 'poly' ? drawn(shape, doing.from, doing.to) : null;
  const unit = size.width / 100;
  return (
    <div class="canvas-box">
      <div class="canvas">
        <img src={`/media/${image.digest}.${image.extension}`} alt={image.alt} draggable={false}
          onLoad={(event) => props.onSize({ width: event.currentTarget.naturalWidth || 100, height: event.currentTarget.naturalHeight || 100 })} />
        <svg ref={svg} viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="none" role="group" aria-label={t('editor.areas')}
          onPointerDown={(event) => { const at = pointOf(event); onDown(event, { from: at, to: at }); }} onPointerMove={onMove} onPointerUp={onUp} onDblClick={close}>
          {listed.map((one, index) => (
            <g key={index} class={`drawn${chosen === index ? ' chosen' : ''}${one.isRight ? ' right' : ''}`} tabIndex={0} role="button" aria-label={t('editor.area_keys', { what: one.label })}
              onFocus={() => setChosen(index)} onKeyDown={(event) => byKey(event, one.area, size, (area) => props.set(index, area), () => props.remove(index))}
              onPointerDown={(event) => { (event.currentTarget as SVGGElement).focus(); onDown(event, { moved: index, at: pointOf(event), before: one.area }); }}>
              <Outline area={one.area} size={size} />
              <text x={middle(one.area, size)[0]} y={middle(one.area, size)[1]} font-size={unit * 4} text-anchor="middle" dominant-baseline="central">{one.letter}</text>
              {chosen === index && handlesOf(one.area).map(([x, y], handle) => (
                <circle key={handle} class="handle" cx={x} cy={y} r={unit * 1.4} onPointerDown={(event) => onDown(event, { pulled: index, handle })} />
              ))}
            </g>
          ))}
          {going && <g class="drawn going"><Outline area={going} size={size} /></g>}
          {corners.length > 0 && <polyline class="going" points={corners.map((one) => one.join(',')).join(' ')} />}
          {corners.map(([x, y], index) => <circle key={index} class="handle" cx={x} cy={y} r={unit} />)}
        </svg>
      </div>
      {corners.length > 0 && (
        <p class="row-buttons">
          <button type="button" class="button small" disabled={corners.length < 3} onClick={close}>{t('editor.close_polygon')}</button>
          <button type="button" class="button quiet small" onClick={() => setCorners([])}>{t('editor.cancel')}</button>
        </p>
      )}
    </div>
  );
}

/** Arrow keys move, with Shift by one unit; + and − change the size; Delete takes the area away. */
function byKey(event: KeyboardEvent, area: Area, size: Size, set: (area: Area) => void, remove: () => void): void {
  const step = event.shiftKey ? 1 : Math.max(1, Math.round(size.width / 100));
  const moves: Record<string, Point> = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  const move = moves[event.key];
  if (move) set(shifted(area, move, size));
  else if (event.key === '+' || event.key === '=') set(scaled(area, 1.1, size));
  else if (event.key === '-') set(scaled(area, 1 / 1.1, size));
  else if (event.key === 'Delete' || event.key === 'Backspace') remove();
  else return;
  event.preventDefault();
}

function Outline({ area, size }: { area: Area; size: Size }) {
  const [a = 0, b = 0, c = 0, d = 0] = numbersOf(area);
  switch (area[0]) {
    case 'circle':
      return <circle cx={a} cy={b} r={c} />;
    case 'ellipse':
      return <ellipse cx={a} cy={b} rx={c} ry={d} />;
    case 'poly':
      return <polygon points={cornersOf(area).map((one) => one.join(',')).join(' ')} />;
    case 'default':
      return <rect x={0} y={0} width={size.width} height={size.height} />;
    default:
      return <rect x={Math.min(a, c)} y={Math.min(b, d)} width={Math.abs(c - a)} height={Math.abs(d - b)} />;
  }
}

function middle(area: Area, size: Size): Point {
  const [left, top, right, bottom] = boxOf(area) ?? [0, 0, size.width, size.height];
  return [(left + right) / 2, (top + bottom) / 2];
}
