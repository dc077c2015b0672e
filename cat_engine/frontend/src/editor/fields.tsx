/** Fields of the page: each by its place in the document, with its faults beside it. */
import { createContext, type ComponentChildren } from 'preact';
import { useContext } from 'preact/hooks';
import type { Ctrl } from './ctrl';
import { valueAt, withValue } from './lens';

export const Page = createContext<Ctrl>(null as unknown as Ctrl);
export const useCtrl = (): Ctrl => useContext(Page);

/** The id of the field at a place. */
export const idOf = (place: string): string => `f-${place.replace(/[^A-Za-z0-9-]/g, '_')}`;

/** The sentences about a field, or nothing while nobody wants to hear them. */
export function useFaults(place: string): string[] {
  const { faults, isStrict, t, wanting } = useCtrl();
  void wanting;
  const ctrl = useCtrl();
  // While writing, only what was typed wrongly is said; what is missing waits until storing.
  const found = [...ctrl.wanting(), ...faults.value].filter((one) => one.place === place);
  return found.filter((one) => isStrict.value || TYPED.has(one.code)).map((one) => t(`editor.fault.${one.code}`, one.values));
}

const TYPED = new Set(['no_number', 'no_whole_number', 'no_identifier', 'bad_rich_text', 'same_as', 'least_above_most', 'too_long', 'no_area']);

export function FaultsAt({ place }: { place: string }) {
  const found = useFaults(place);
  if (found.length === 0) return null;
  return (
    <span class="field-fault" id={`${idOf(place)}-fault`}>
      {found.map((sentence) => <span key={sentence}>{sentence}</span>)}
    </span>
  );
}

/** What a field says of itself to whoever cannot see it. */
export function useAria(place: string, hint?: string) {
  const isWrong = useFaults(place).length > 0;
  const described = [hint ? `${idOf(place)}-hint` : '', isWrong ? `${idOf(place)}-fault` : ''].filter(Boolean).join(' ');
  return { 'aria-invalid': isWrong, ...(described ? { 'aria-describedby': described } : {}) };
}

interface LineProps {
  place: string;
  label: string;
  hint?: string | undefined;
  isNumber?: boolean;
  listed?: readonly string[];
  /** Where the label is said and not seen: in tables. */
  isBare?: boolean;
  value?: string;
  put?: (value: string) => void;
  isOptional?: boolean;
  disabled?: boolean;
}

/** One line of text, or a number as text. */
export function Line(props: LineProps) {
  const ctrl = useCtrl();
  const { place, label, hint } = props;
  const id = idOf(place);
  const value = props.value ?? String(valueAt(ctrl.document.value, place) ?? '');
  const put = props.put ?? ((typed: string) => ctrl.change((document) => withValue(document, place, props.isOptional && typed.trim() === '' ? undefined : typed)));
  return (
    <div class={props.isNumber ? 'field number-field' : 'field'}>
      <label for={id} class={props.isBare ? 'hidden-visually' : ''}>{label}</label>
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      <input id={id} type="text" value={value} maxLength={2000} autocomplete="off" disabled={props.disabled ?? false}
        inputMode={props.isNumber ? 'decimal' : 'text'} list={props.listed?.length ? `${id}-list` : undefined}
        {...useAria(place, hint)} onInput={(event) => put(event.currentTarget.value)} />
      {props.listed && props.listed.length > 0 && (
        <datalist id={`${id}-list`}>{props.listed.map((one) => <option key={one} value={one} />)}</datalist>
      )}
      <FaultsAt place={place} />
    </div>
  );
}

/** Several lines of text without marks. */
export function Lines({ place, label, hint, rows = 3 }: { place: string; label: string; hint?: string; rows?: number }) {
  const ctrl = useCtrl();
  const id = idOf(place);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      {hint && <span class="hint" id={`${id}-hint`}>{hint}</span>}
      <textarea id={id} rows={rows} maxLength={20000} value={String(valueAt(ctrl.document.value, place) ?? '')} {...useAria(place, hint)}
        onInput={(event) => { const typed = event.currentTarget.value; ctrl.change((document) => withValue(document, place, typed)); }} />
      <FaultsAt place={place} />
    </div>
  );
}

export function Check(props: { label: string; checked: boolean; put: (is: boolean) => void; name?: string; type?: 'checkbox' | 'radio'; hidden?: boolean; disabled?: boolean }) {
  return (
    <label class="choice">
      <input type={props.type ?? 'checkbox'} name={props.name} checked={props.checked} disabled={props.disabled ?? false}
        onChange={(event) => props.put(event.currentTarget.checked)} />
      <span class={props.hidden ? 'hidden-visually' : ''}>{props.label}</span>
    </label>
  );
}

export function Select(props: { id: string; label: string; value: string; options: readonly (readonly [string, string])[]; put: (value: string) => void; isBare?: boolean; hint?: string; disabled?: boolean }) {
  return (
    <div class="field">
      <label for={props.id} class={props.isBare ? 'hidden-visually' : ''}>{props.label}</label>
      {props.hint && <span class="hint" id={`${props.id}-hint`}>{props.hint}</span>}
      <select id={props.id} value={props.value} disabled={props.disabled ?? false} aria-describedby={props.hint ? `${props.id}-hint` : undefined}
        onChange={(event) => props.put(event.currentTarget.value)}>
        {props.options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
      </select>
    </div>
  );
}

export function Group({ title, place, hint, children }: { title: string; place?: string; hint?: string; children: ComponentChildren }) {
  return (
    <fieldset class="group" id={place ? idOf(place) : undefined} tabIndex={place ? -1 : undefined}>
      <legend>{title}</legend>
      {hint && <p class="hint">{hint}</p>}
      {place && <FaultsAt place={place} />}
      {children}
    </fieldset>
  );
}

export function Button(props: { label: string; act: () => void; children?: ComponentChildren; disabled?: boolean; kind?: string }) {
  return (
    <button type="button" class={`button quiet small ${props.kind ?? ''}`} disabled={props.disabled ?? false}
      {...(props.children ? { 'aria-label': props.label, title: props.label } : {})} onClick={props.act}>
      {props.children ?? props.label}
    </button>
  );
}
