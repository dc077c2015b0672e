/** Before the clock: who you are, the rules, practice, the waiting room. */
import { useMemo } from 'preact/hooks';
import type { View } from '../interfaces';
import { makePractice, PRACTICE_MINUTES } from '../practice';
import { Single, type Props } from './app';
import { Exam } from './exam';
import { FullScreen } from './full_screen';

type Shown = Props & { view: View };

export function Identity({ ctrl, t, view }: Shown) {
  const person = view.candidate;
  return (
    <Single title={t('candidate.identity.title')}>
      <dl class="facts">
        <dt>{t('candidate.identity.name')}</dt>
        <dd>{person.name}</dd>
        <dt>{t('candidate.identity.number')}</dt>
        <dd>{person.participant_no}</dd>
        {person.formation && (
          <>
            <dt>{t('candidate.identity.formation')}</dt>
            <dd>{person.formation}</dd>
          </>
        )}
        <dt>{t('candidate.identity.seat')}</dt>
        <dd>{view.exam.room}, {view.exam.seat}</dd>
        <dt>{t('candidate.identity.time')}</dt>
        <dd>{view.parts.map((part) => t('candidate.minutes', { minutes: part.minutes })).join(' + ')}</dd>
        {person.break_minutes > 0 && (
          <>
            <dt>{t('candidate.identity.breaks')}</dt>
            <dd>{t('candidate.break.minutes', { minutes: person.break_minutes })}</dd>
          </>
        )}
        {person.accommodations.length > 0 && (
          <>
            <dt>{t('candidate.identity.accommodations')}</dt>
            <dd>{person.accommodations.join(', ')}</dd>
          </>
        )}
      </dl>
      <div class="buttons">
        <button type="button" class="button primary" onClick={() => ctrl.setStage('rules')}>
          {t('candidate.identity.yes')}
        </button>
        <a class="button" href="/logout">{t('candidate.identity.no')}</a>
      </div>
    </Single>
  );
}

export function Rules({ ctrl, t, view }: Shown) {
  return (
    <Single title={t('candidate.rules.title')}>
      <ul class="rules">
        {['time', 'save', 'change', 'flag', 'line', 'help'].map((name) => (
          <li key={name}>{t(`candidate.rules.${name}`)}</li>
        ))}
      </ul>
      <table>
        <caption class="hidden-visually">{t('candidate.rules.parts')}</caption>
        <thead>
          <tr>
            <th scope="col">{t('candidate.rules.section')}</th>
            <th scope="col" class="number">{t('candidate.rules.items')}</th>
            <th scope="col" class="number">{t('candidate.rules.minutes')}</th>
          </tr>
        </thead>
        <tbody>
          {view.parts.flatMap((part) =>
            part.sections.map((section, index) => (
              <tr key={section.id}>
                <th scope="row">{section.title}</th>
                <td class="number">{section.item_count}</td>
                {index === 0 && <td class="number" rowSpan={part.sections.length}>{part.minutes}</td>}
              </tr>
            )),
          )}
        </tbody>
      </table>
      <div class="buttons">
        <button type="button" class="button primary" onClick={() => ctrl.setStage('practice')}>
          {t('candidate.rules.practice')}
        </button>
        <button type="button" class="button" onClick={() => ctrl.setStage('exam')}>
          {t('candidate.rules.skip')}
        </button>
      </div>
    </Single>
  );
}

/** The page of the exam with practice items: what is learned here holds there. */
export function Practice(props: Shown) {
  const { ctrl, t, view } = props;
  const end = () => ctrl.setStage('exam');
  const practice = useMemo(() => makePractice(view.practice, end), []);
  const part = {
    id: 'practice', title: t('candidate.practice.title'), minutes: PRACTICE_MINUTES,
    sections: [...new Set(practice.items.value.map((item) => item.section))].map((id) => ({
      id, title: t('candidate.practice.title'), item_count: view.practice.length,
    })),
  };
  if (practice.items.value.length === 0) {
    return (
      <Single title={t('candidate.practice.title')}>
        <p>{t('candidate.practice.none')}</p>
        <div class="buttons">
          <button type="button" class="button primary" onClick={end}>{t('candidate.practice.done')}</button>
        </div>
      </Single>
    );
  }
  return (
    <>
      <div class="banners">
        <p class="banner practice">
          <strong>{t('candidate.practice.title')}.</strong> {t('candidate.practice.notice')}{' '}
          <button type="button" class="button small" onClick={end}>{t('candidate.practice.done')}</button>
        </p>
      </div>
      <Exam {...props} ctrl={practice} view={{ ...view, parts: [part, ...view.parts], part_index: 0 }} />
    </>
  );
}

export function WaitingRoom({ ctrl, t, view }: Shown) {
  const part = view.parts[view.part_index];
  const isReady = view.status === 'ready';
  const isLater = view.part_index > 0;
  return (
    <Single title={isReady ? t('candidate.ready.title') : t('candidate.waiting.title')}>
      {isLater && <p class="notice good">{t('candidate.part_done')}</p>}
      <p role="status">{isReady ? t('candidate.ready.text') : t('candidate.waiting.text')}</p>
      {part && (
        <dl class="facts">
          <dt>{t('candidate.part')}</dt>
          <dd>{part.title}</dd>
          <dt>{t('candidate.identity.time')}</dt>
          <dd>{t('candidate.minutes', { minutes: part.minutes })}</dd>
          <dt>{t('candidate.rules.items')}</dt>
          <dd>{part.sections.reduce((sum, section) => sum + section.item_count, 0)}</dd>
        </dl>
      )}
      <div class="buttons">
        {isReady && (
          <button type="button" class="button primary begin" onClick={() => void ctrl.begin()}>
            {t('candidate.begin')}
          </button>
        )}
        {isReady && <FullScreen t={t} isTool={false} />}
        {view.practice.length > 0 && !isLater && (
          <button type="button" class="button" onClick={() => ctrl.setStage('practice')}>
            {t('candidate.rules.practice')}
          </button>
        )}
      </div>
    </Single>
  );
}
