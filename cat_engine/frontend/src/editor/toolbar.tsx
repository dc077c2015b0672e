/** The toolbar above a text: one stop of the tabulator, arrow keys between its buttons. */
import { useRef, useState } from 'preact/hooks';
import type { RichNode } from '../items/types';
import { useCtrl } from './fields';
import { Icon, isIcon } from './icon';
import { element, readRich } from './rich';
import { blankTable } from './rich_dom';
import type { Special } from './rich_field';
import { typeset, upload } from './server';

export interface Tool {
  name: string;
  sign: string;
  command?: string;
  change?: 'row' | 'column' | 'no-row' | 'no-column';
}

const MARKS: Tool[] = [
  { name: 'bold', sign: 'B', command: 'bold' },
  { name: 'italic', sign: 'I', command: 'italic' },
  { name: 'sub', sign: 'x₂', command: 'subscript' },
  { name: 'sup', sign: 'x²', command: 'superscript' },
];
const BLOCKS: Tool[] = [
  { name: 'bullets', sign: '', command: 'insertUnorderedList' },
  { name: 'numbers', sign: '', command: 'insertOrderedList' },
  { name: 'table', sign: '' },
];
const IN_TABLE: Tool[] = [
  { name: 'row', sign: '', change: 'row' },
  { name: 'column', sign: '', change: 'column' },
  { name: 'no_row', sign: '', change: 'no-row' },
  { name: 'no_column', sign: '', change: 'no-column' },
];
const PICTURE: Tool = { name: 'picture', sign: '' };
const RECORDING: Tool = { name: 'recording', sign: '' };
const FORMULA: Tool = { name: 'formula', sign: '√x' };

interface Props {
  label: string;
  isLine: boolean;
  inTable: boolean;
  special: Special | undefined;
  use: (tool: Tool, node?: RichNode) => void;
}

export function Toolbar(props: Props) {
  const { t } = useCtrl();
  const bar = useRef<HTMLDivElement>(null);
  const file = useRef<HTMLInputElement>(null);
  const [at, setAt] = useState(0);
  const [asks, setAsks] = useState<'' | 'formula'>('');
  const [fault, setFault] = useState('');
  const wanted = useRef<Tool>(PICTURE);
  const special: Tool[] = props.special ? [{ name: props.special.tool, sign: props.special.label }] : [];
  const tools = [...special, ...MARKS, ...(props.isLine ? [] : BLOCKS), ...(props.inTable ? IN_TABLE : []), PICTURE, ...(props.isLine ? [] : [RECORDING]), FORMULA];
  const press = (tool: Tool) => {
    setFault('');
    if (tool.name === 'formula') setAsks('formula');
    else if (tool.name === 'table') props.use(tool, blankTable());
    else if (tool === PICTURE || tool === RECORDING) {
      wanted.current = tool;
      file.current?.click();
    } else props.use(tool);
  };
  const onFile = async (chosen: File | undefined) => {
    if (!chosen) return;
    const answer = await upload(chosen);
    if ('refused' in answer) setFault(answer.refused.message || t('editor.unreachable'));
    else if (answer.ok.kind === 'image') props.use(PICTURE, element('img', { src: `${answer.ok.digest}.${answer.ok.extension}`, alt: '' }));
    else props.use(RECORDING, element('audio', { src: `${answer.ok.digest}.${answer.ok.extension}`, label: chosen.name.replace(/\.\w+$/, '') }));
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = (at + step + tools.length) % tools.length;
    setAt(next);
    bar.current?.querySelectorAll<HTMLButtonElement>('.tool')[next]?.focus();
  };
  return (
    <>
      <div class="toolbar" role="toolbar" ref={bar} aria-label={t('editor.toolbar', { what: props.label })} onKeyDown={onKeyDown}>
        {tools.map((tool, index) => {
          const label = tool.name === props.special?.tool ? props.special.label : t(`editor.tool.${tool.name}`);
          return (
            <button type="button" key={tool.name} class={`tool tool-${tool.name}`} data-sign={tool.sign} tabIndex={index === Math.min(at, tools.length - 1) ? 0 : -1} aria-label={label} title={label}
              onMouseDown={(event) => event.preventDefault()} onFocus={() => setAt(index)} onClick={() => press(tool)}>
              {isIcon(tool.name) ? <Icon name={tool.name} /> : null}
            </button>
          );
        })}
        <input ref={file} type="file" class="hidden-file" tabIndex={-1} aria-label={t('editor.file')} accept=".svg,.png,.jpg,.jpeg,.mp3,.ogg,.wav,.m4a"
          onChange={(event) => { void onFile(event.currentTarget.files?.[0]); event.currentTarget.value = ''; }} />
      </div>
      {fault && <span class="field-fault" role="alert">{fault}</span>}
      {asks === 'formula' && <Formula done={(node) => { setAsks(''); if (node) props.use(FORMULA, node); }} />}
    </>
  );
}

/** A formula in LaTeX, drawn by the browser's own MathML. */
export function Formula({ done, source = '' }: { done: (node: RichNode | null) => void; source?: string }) {
  const { t } = useCtrl();
  const [latex, setLatex] = useState(source);
  const [fault, setFault] = useState('');
  const put = async () => {
    const answer = await typeset(latex);
    if ('refused' in answer) setFault(answer.refused.message || t('editor.unreachable'));
    else done(readRich(answer.ok.math)[0] ?? null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') {
      event.preventDefault();
      void put();
    } else if (event.key === 'Escape') done(null);
  };
  return (
    <div class="inset">
      <label>{t('editor.formula')}
        <input type="text" value={latex} maxLength={2000} ref={(field) => { if (field && latex === source) field.focus(); }}
          spellcheck={false} autocomplete="off" onInput={(event) => setLatex(event.currentTarget.value)} onKeyDown={onKeyDown} />
      </label>
      <span class="hint">{t('editor.formula_hint')}</span>
      {fault && <span class="field-fault" role="alert">{fault}</span>}
      <span class="row-buttons">
        <button type="button" class="button small" disabled={latex.trim() === ''} onClick={() => void put()}>{t('editor.insert')}</button>
        <button type="button" class="button quiet small" onClick={() => done(null)}>{t('editor.cancel')}</button>
      </span>
    </div>
  );
}
