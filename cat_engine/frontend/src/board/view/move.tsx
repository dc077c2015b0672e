/** How far a row has risen or fallen lately, as an arrow and in words. */
import type { Props } from './words';

export function Move({ ctrl, t, id, inWords }: Pick<Props, 'ctrl' | 't'> & { id: string; inWords?: boolean }) {
  const places = ctrl.moves.value.get(id)?.places ?? 0;
  if (places === 0) return null;
  const words = t(places > 0 ? 'board.rose' : 'board.fell', { places: Math.abs(places) });
  const arrow = places > 0 ? '▲' : '▼';
  return (
    <span class={places > 0 ? 'move up' : 'move down'}>
      <span aria-hidden="true">{inWords ? `${arrow} ` : `${arrow}${Math.abs(places)}`}</span>
      <span class={inWords ? '' : 'hidden-visually'}>{words}</span>
    </span>
  );
}
