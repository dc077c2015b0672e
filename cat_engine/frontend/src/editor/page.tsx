/** The page: what is written on the left, what a candidate sees on the right (or below). */
import { Asking } from './asking';
import { Composite } from './composite';
import type { Ctrl } from './ctrl';
import type { Draft } from './drafts';
import { Group, Line, Page, Select, idOf, useCtrl } from './fields';
import { holdsAll } from './rules';
import { AudioField } from './media';
import { PRESETS, begun, presetFor, presetOf } from './presets';
import { RichField } from './rich_field';
import { Preview } from './shown';
import { StimulusFields } from './stimulus';
import type { Fault } from './server';

const DIFFICULTIES = ['easy', 'medium', 'hard'] as const;

export function EditorPage({ ctrl, styles, language }: { ctrl: Ctrl; styles: string; language: string }) {
  const { t, document, shown } = ctrl;
  const isComposite = document.value.kind === 'composite';
  return (
    <Page.Provider value={ctrl}>
      <div class="editor-columns">
        <form class="editor" noValidate onKeyDown={stay} onSubmit={(event) => { event.preventDefault(); void store(ctrl); }}>
          <h2 class="hidden-visually">{t('editor.written')}</h2>
          <Head />
          <Names />
          <StimulusFields />
          <Recording />
          {isComposite ? <Composite /> : <Asking at="" label={t('editor.stem')} />}
          <details class="more" open={document.value.explanation !== ''}>
            <summary>{t('editor.explanation')}</summary>
            <RichField place="explanation" label={t('editor.explanation')} hint={t('editor.explanation_hint')} />
          </details>
          <Foot />
        </form>
        <aside class="shown" aria-labelledby="shown-title">
          <h2 id="shown-title">{t('editor.preview')}</h2>
          {shown.value ? <Preview item={shown.value} styles={styles} language={language} /> : <p class="empty">{t('editor.no_preview')}</p>}
        </aside>
      </div>
    </Page.Provider>
  );
}

/** Enter stores from the last field alone: elsewhere somebody only meant to go on. */
function stay(event: KeyboardEvent): void {
  if (event.key === 'Enter' && event.target instanceof HTMLInputElement && event.target.id !== idOf('reason')) event.preventDefault();
}

async function store(ctrl: Ctrl): Promise<void> {
  const isStored = await ctrl.store();
  if (!isStored) setTimeout(() => document.getElementById('editor-faults')?.focus());
}

/** What kind it is, whose draft was found, and what is kept as it is. */
function Head() {
  const ctrl = useCtrl();
  const { t, begin } = ctrl;
  const restored = ctrl.restoredAt.value;
  const preset = presetFor(ctrl.document.value);
  return (
    <>
      {restored !== null && (
        <div class="note" role="status">
          <p>{t('editor.restored', { at: new Date(restored).toLocaleString(document.documentElement.lang) })}</p>
          <p class="row-buttons"><button type="button" class="button quiet small" onClick={() => ctrl.discard()}>{t('editor.discard')}</button></p>
        </div>
      )}
      {ctrl.waiting.value.length > 0 && <Waiting />}
      {!ctrl.isKept.value && <p class="problem" role="alert">{t('editor.not_kept')}</p>}
      {ctrl.isNew
        ? (
          <Select id={idOf('kind')} label={t('editor.kind')} value={preset} hint={t(`editor.kind_hint.${preset}`)}
            options={PRESETS.map((one) => [one, t(`editor.kind.${one}`)] as const)} put={(one) => ctrl.setKind(one, begun(presetOf(one), t))} />
        )
        : <p>{t('editor.next_version', { item: begin.item, version: begin.version + 1, kind: t(`item_kind.${ctrl.document.value.kind}`) })}</p>}
      {!ctrl.isNew && !holdsAll(ctrl.document.value) && <p class="note">{t('editor.kept_logic')}</p>}
    </>
  );
}

/** New items that were begun on this computer and not stored. */
function Waiting() {
  const ctrl = useCtrl();
  const { t } = ctrl;
  return (
    <div class="note">
      <p>{t('editor.waiting')}</p>
      <ul>
        {ctrl.waiting.value.map((one) => {
          const name = one.item || t('editor.unnamed');
          return (
            <li key={one.id}>
              <a href={addressOf(one)} onClick={(event) => { event.preventDefault(); open(addressOf(one)); }}>{name}</a>
              {' '}({t(`item_kind.${one.document.kind}`)}, {new Date(one.at).toLocaleString(document.documentElement.lang)}){' '}
              <button type="button" class="button quiet small" aria-label={t('editor.remove_what', { what: name })} onClick={() => ctrl.forget(one)}>✕</button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

const addressOf = (draft: Draft): string => `/bank/edit?bank=${encodeURIComponent(draft.bank)}#${draft.id}`;

/** Another draft on this page: an address that differs in its end alone loads nothing by itself. */
function open(address: string): void {
  const isHere = address.split('#')[0] === location.pathname + location.search;
  location.assign(address);
  if (isHere) location.reload();
}

function Names() {
  const ctrl = useCtrl();
  const { t, begin } = ctrl;
  return (
    <Group title={t('editor.names')}>
      <div class="name-row">
        {ctrl.isNew && (
          <>
            <Line place="bank" label={t('editor.bank')} hint={t('editor.bank_hint')} value={ctrl.bank.value} put={(typed) => ctrl.setName('bank', typed)} />
            <Line place="id" label={t('editor.item')} hint={t('editor.item_hint')} value={ctrl.item.value} put={(typed) => ctrl.setName('item', typed)} />
          </>
        )}
        <Line place="section" label={t('editor.section')} hint={t('editor.section_hint')} listed={begin.sections} />
        <Line place="topic" label={t('editor.topic')} hint={t('editor.topic_hint')} listed={begin.topics} />
        <Select id={idOf('difficulty')} label={t('editor.difficulty')} hint={t('editor.difficulty_hint')} value={ctrl.document.value.difficulty}
          options={DIFFICULTIES.map((one) => [one, t(`difficulty.${one}`)] as const)} put={(one) => ctrl.change((document) => ({ ...document, difficulty: one }))} />
      </div>
    </Group>
  );
}

function Recording() {
  const { t, document } = useCtrl();
  return (
    <details class="more" open={document.value.audio !== undefined}>
      <summary>{t('editor.audio')}</summary>
      <AudioField place="audio" label={t('editor.audio_file')} />
    </details>
  );
}

/** Why, and storing; what keeps it from being stored is said here with links to the fields. */
function Foot() {
  const ctrl = useCtrl();
  const { t, refusal, isStoring, isStrict } = ctrl;
  const faults = isStrict.value ? [...ctrl.faults.value, ...ctrl.wanting()] : [];
  const hasLeft = refusal.value?.code === 'not_signed_in' || refusal.value?.code === 'form_expired';
  return (
    <div class="editor-foot">
      <Line place="reason" label={t('editor.reason')} hint={t('editor.reason_hint')} value={ctrl.reason.value} put={(typed) => ctrl.setName('reason', typed)} />
      {(faults.length > 0 || refusal.value) && (
        <div class="problem" role="alert" id="editor-faults" tabIndex={-1}>
          {refusal.value && (
            <p>
              {hasLeft ? t('editor.signed_out') : refusal.value.message || t('editor.unreachable')}{' '}
              {hasLeft && <a href="/staff" target="_blank" rel="noopener">{t('editor.sign_in')}</a>}
              {refusal.value.code === 'newer_version' && (
                <a href={`/bank/items/${ctrl.bank.value}/${ctrl.item.value}`} target="_blank" rel="noopener">{t('editor.see_newer')}</a>
              )}
            </p>
          )}
          {faults.length > 0 && (
            <>
              <p>{t('editor.faults')}</p>
              <ul>{faults.map((one) => <li key={`${one.place} ${one.code}`}><FaultLink fault={one} /></li>)}</ul>
            </>
          )}
        </div>
      )}
      <p class="row-buttons">
        <button type="submit" class="button" disabled={isStoring.value}>{isStoring.value ? t('editor.storing') : t('editor.store')}</button>
        <span class="quiet" role="status">{ctrl.isKept.value ? t('editor.kept_here') : ''}</span>
      </p>
    </div>
  );
}

function FaultLink({ fault }: { fault: Fault }) {
  const { t } = useCtrl();
  const sentence = t(`editor.fault.${fault.code}`, fault.values);
  const field = nearest(fault.place);
  if (!field) return <>{sentence}</>;
  return (
    <a href={`#${field.id}`} onClick={(event) => {
      event.preventDefault();
      field.closest('details')?.setAttribute('open', '');
      field.focus();
      field.scrollIntoView({ block: 'center' });
    }}>
      {[labelOf(field), sentence].filter(Boolean).join(': ')}
    </a>
  );
}

/** The field of a place, or of what it is a part of. */
function nearest(place: string): HTMLElement | null {
  for (let one = place; one !== ''; one = one.split('/').slice(0, -1).join('/')) {
    const field = document.getElementById(idOf(one)) ?? document.getElementById(`${idOf(one)}-file`) ?? document.getElementById(`${idOf(one)}-areas`);
    if (field) return field;
  }
  return null;
}

function labelOf(field: HTMLElement): string {
  const label = document.querySelector(`label[for="${field.id}"]`) ?? document.getElementById(`${field.id}-label`) ?? field.querySelector('legend');
  return label?.textContent?.trim() ?? '';
}
