/** The options of what is asked, or the targets of pairs: a row each, with what it earns beside it. */
import type { ComponentChildren } from 'preact';
import { blankOption, freeName, notationOf, type Option } from './document';
import { Button, Check, Group, Line, idOf, useCtrl } from './fields';
import { askedAt, moved, under, valueAt, withAsked, withValue } from './lens';
import { ImageField } from './media';
import { wordsIn } from './rich';
import { RichField } from './rich_field';

interface Props {
  at: string;
  list: 'options' | 'targets';
  title: string;
  hint?: string;
  /** What the number of a row stands behind: "Opsi". */
  name: string;
  isLocked: boolean;
  /** How often each may be used in pairs. */
  asksMost?: boolean;
  /** Whether a row may keep its place when the others are shuffled. */
  asksFixed?: boolean;
  extra?: (option: Option, index: number) => ComponentChildren;
}

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
export const letterOf = (index: number): string => LETTERS[index] ?? String(index + 1);

/** What a row is called where only words can stand. */
export function useOptionName(): (option: Option, index: number) => string {
  const { document } = useCtrl();
  const notation = notationOf(document.value);
  return (option, index) => `${letterOf(index)} ${wordsIn(option.text, notation) || option.image?.alt || ''}`.trim();
}

export function OptionRows(props: Props) {
  const ctrl = useCtrl();
  const { t } = ctrl;
  const { at, list, isLocked } = props;
  const asked = askedAt(ctrl.document.value, at);
  const rows = asked[list];
  const set = (next: Option[]) => ctrl.change((document) => withAsked(document, at, { [list]: next }));
  const add = () => {
    set([...rows, blankOption(freeName(rows.map((one) => one.id), list === 'targets' ? 't' : ''))]);
    const place = `${under(at, list)}/${rows.length}/text`;
    setTimeout(() => document.getElementById(idOf(place))?.focus());
  };
  const remove = (index: number) => {
    set(rows.filter((_, other) => other !== index));
    setTimeout(() => document.getElementById(idOf(`${under(at, list)}/${Math.max(0, index - 1)}/text`))?.focus());
  };
  return (
    <Group title={props.title} place={under(at, list)} {...(props.hint ? { hint: props.hint } : {})}>
      {rows.map((option, index) => {
        const place = `${under(at, list)}/${index}`;
        const what = `${props.name} ${letterOf(index)}`;
        return (
          <div class="option-edit" role="group" aria-label={what} key={option.id}>
            <span class="option-letter" aria-hidden="true">{letterOf(index)}</span>
            <RichField place={`${place}/text`} label={what} isLine />
            <div class="option-side">{props.extra?.(option, index)}</div>
            {!isLocked && (
              <span class="row-buttons">
                <Button label={t('editor.move_up', { what })} disabled={index === 0} act={() => set(moved(rows, index, -1))}>↑</Button>
                <Button label={t('editor.move_down', { what })} disabled={index + 1 === rows.length} act={() => set(moved(rows, index, 1))}>↓</Button>
                <Button label={t('editor.remove_what', { what })} act={() => remove(index)}>✕</Button>
              </span>
            )}
            <div class="option-more">
              <ImageField place={`${place}/image`} label={t('editor.picture_of', { what })} isLine />
              {props.asksMost && <Line place={`${place}/most`} label={t('editor.most_uses')} isNumber isOptional />}
              {props.asksFixed && asked.shuffle && <Fixed place={place} option={option} />}
            </div>
          </div>
        );
      })}
      {!isLocked && <Button label={t('editor.add', { what: props.name.toLowerCase() })} act={add} />}
    </Group>
  );
}

function Fixed({ place, option }: { place: string; option: Option }) {
  const ctrl = useCtrl();
  return (
    <Check label={ctrl.t('editor.fixed')} checked={option.fixed ?? false}
      put={(is) => ctrl.change((document) => withValue(document, `${place}/fixed`, is ? true : undefined))} />
  );
}

/** Whether the order of options differs from candidate to candidate. */
export function Shuffle({ at }: { at: string }) {
  const ctrl = useCtrl();
  const isOn = Boolean(valueAt(ctrl.document.value, under(at, 'shuffle')));
  return <Check label={ctrl.t('editor.shuffle')} checked={isOn} put={(is) => ctrl.change((document) => withAsked(document, at, { shuffle: is }))} />;
}
