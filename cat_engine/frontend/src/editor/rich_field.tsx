/** A text that is written as it looks: a toolbar, the text itself, and a list of what stands in it. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { RichNode } from '../items/types';
import { notationOf } from './document';
import { FaultsAt, idOf, useAria, useCtrl } from './fields';
import { readable, valueAt, withText, withValue } from './lens';
import { element, joined, writeRich, type Notation } from './rich';
import { changeTable, fromDom, insert, isInTable, markWords, paste, rangeIn, selectedIn, toDom } from './rich_dom';
import { Toolbar, type Tool } from './toolbar';
import { Inserted } from './inserted';

/** What is copied here keeps its gaps, formulas and pictures when it is pasted here. */
const RICH_TYPE = 'text/x-cat-rich';

interface Props {
  place: string;
  label: string;
  hint?: string;
  /** One line: an option. */
  isLine?: boolean;
  /** What else the toolbar puts in: a gap, a mark around words, a question. */
  special?: Special;
  /** What stands on the chip of a gap or a place. */
  chipLabel?: (tag: string, name: string) => string;
}
export interface Special {
  tool: 'gap' | 'hot' | 'place';
  label: string;
  /** The name of the next one. */
  name: () => string;
}

export function RichField(props: Props) {
  const { place, label, isLine = false } = props;
  const ctrl = useCtrl();
  const notation: Notation = place === 'stimulus/text' ? ctrl.document.value.stimulus?.notation ?? 'plain' : notationOf(ctrl.document.value);
  const text = String(valueAt(ctrl.document.value, place) ?? '');
  const nodes = readable(text, notation, isLine);
  const root = useRef<HTMLDivElement>(null);
  const range = useRef<Range | null>(null);
  const [inTable, setInTable] = useState(false);
  const put = (next: readonly RichNode[]) => ctrl.change((document) => withText(document, place, next, isLine));
  const read = () => root.current && put(fromDom(root.current, isLine));

  useLayoutEffect(() => {
    const field = root.current;
    if (!field || nodes === null) return;
    if (field.dataset['drawn'] === 'yes' && writeRich(fromDom(field, isLine)) === writeRich(joined(nodes))) return;
    field.replaceChildren(...toDom(nodes));
    field.dataset['drawn'] = 'yes';
  }, [text, notation, ctrl.replaced.value]);
  useEffect(() => {
    root.current?.querySelectorAll<HTMLElement>('.chip-gap, .chip-place').forEach((chip) => {
      const said = props.chipLabel?.(chip.dataset['tag'] ?? '', chip.dataset['name'] ?? '');
      if (said !== undefined && chip.textContent !== said) chip.textContent = said;
    });
  });
  useEffect(() => {
    const onSelect = () => {
      const selection = window.getSelection();
      const field = root.current;
      if (!field || !selection || selection.rangeCount === 0 || !field.contains(selection.anchorNode)) return;
      range.current = selection.getRangeAt(0).cloneRange();
      setInTable(isInTable(field, range.current));
    };
    document.addEventListener('selectionchange', onSelect);
    return () => document.removeEventListener('selectionchange', onSelect);
  }, []);

  if (nodes === null) return <Raw {...props} text={text} />;
  const use = (tool: Tool, node?: RichNode) => {
    const field = root.current;
    if (!field) return;
    const at = rangeIn(field, range.current);
    field.focus();
    const selection = window.getSelection();
    selection?.removeAllRanges();
    selection?.addRange(at);
    if (tool.command) document.execCommand(tool.command);
    else if (tool.change) changeTable(field, at, tool.change);
    else if (tool.name === 'hot') markWords(field, at, props.special!.name());
    else if (tool.name === 'gap' || tool.name === 'place') insert(field, at, element(tool.name, { name: props.special!.name() }));
    else if (node) insert(field, at, node);
    read();
  };
  const onCopy = (event: ClipboardEvent) => {
    const copied = root.current ? selectedIn(root.current) : [];
    if (copied.length === 0) return;
    event.preventDefault();
    event.clipboardData?.setData('text/plain', window.getSelection()?.toString() ?? '');
    event.clipboardData?.setData(RICH_TYPE, writeRich(copied));
    if (event.type === 'cut') document.execCommand('delete');
  };
  const onPaste = (event: ClipboardEvent) => {
    event.preventDefault();
    const kept = readable(event.clipboardData?.getData(RICH_TYPE) ?? '', 'rich', isLine) ?? [];
    if (kept.length > 0 && root.current) {
      const at = rangeIn(root.current, range.current);
      at.deleteContents();
      paste(root.current, at, kept, isLine);
      read();
      return;
    }
    const pasted = event.clipboardData?.getData('text/plain') ?? '';
    document.execCommand('insertText', false, isLine ? pasted.replace(/\s+/g, ' ') : pasted);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && isLine) event.preventDefault();
  };
  const onFocus = () => {
    document.execCommand('defaultParagraphSeparator', false, 'p');
    document.execCommand('styleWithCSS', false, 'false');
    const field = root.current;
    if (field && !isLine && field.childNodes.length === 0) {
      const first = document.createElement('p');
      first.append(document.createElement('br'));
      field.append(first);
      window.getSelection()?.collapse(first, 0);
    }
  };
  const id = idOf(place);
  return (
    <div class={isLine ? 'field rich-field line-field' : 'field rich-field'}>
      <span class="label" id={`${id}-label`}>{label}</span>
      {props.hint && <span class="hint" id={`${id}-hint`}>{props.hint}</span>}
      {!isLine && <Toolbar label={label} isLine={false} inTable={inTable} special={props.special} use={use} />}
      <div id={id} ref={root} class={`rich-text ${notation}`} contentEditable role="textbox" aria-multiline={!isLine} aria-labelledby={`${id}-label`}
        {...useAria(place, props.hint)} onInput={read} onCopy={onCopy} onCut={onCopy} onPaste={onPaste} onKeyDown={onKeyDown} onFocus={onFocus} onDrop={(event) => event.preventDefault()} />
      <FaultsAt place={place} />
      {isLine && <Toolbar label={label} isLine inTable={false} special={undefined} use={use} />}
      <Inserted nodes={nodes} place={place} put={put} />
    </div>
  );
}

/** A text that cannot be read is shown as it is stored, so that it can be mended. */
function Raw({ place, label, text }: Props & { text: string }) {
  const ctrl = useCtrl();
  const id = idOf(place);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <p class="hint">{ctrl.t('editor.raw')}</p>
      <textarea id={id} rows={5} value={text} {...useAria(place)} onInput={(event) => {
        const typed = event.currentTarget.value;
        ctrl.change((document) => withValue(document, place, typed));
      }} />
      <FaultsAt place={place} />
    </div>
  );
}
