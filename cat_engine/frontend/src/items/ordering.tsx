/** Putting options in an order, by buttons that a keyboard reaches. */
import { OptionContent } from './choices';
import type { AskProps } from './item_body';
import { nameOf } from './responses';

export function Ordering({ ask, given, give, t }: AskProps) {
  const isGiven = given !== null && 'order' in given;
  const order = isGiven ? given.order : ask.options.map((one) => one.letter);
  const move = (index: number, by: number) => {
    const next = [...order];
    const moved = next.splice(index, 1);
    next.splice(index + by, 0, ...moved);
    give({ order: next });
  };
  return (
    <>
      <ol class="ordering" aria-label={t('candidate.put_in_order')}>
        {order.map((letter, index) => {
          const option = ask.options.find((one) => one.letter === letter);
          if (!option) return null;
          const what = nameOf(option);
          return (
            <li key={letter}>
              {option.area && <strong class="letter">{letter}</strong>} <OptionContent option={option} />
              <span class="movers">
                <button type="button" class="button small" disabled={index === 0} onClick={() => move(index, -1)}
                  aria-label={t('candidate.move_up', { what })}>↑</button>
                <button type="button" class="button small" disabled={index + 1 === order.length} onClick={() => move(index, 1)}
                  aria-label={t('candidate.move_down', { what })}>↓</button>
              </span>
            </li>
          );
        })}
      </ol>
      {!isGiven && (
        <button type="button" class="button" onClick={() => give({ order })}>{t('candidate.keep_order')}</button>
      )}
    </>
  );
}
