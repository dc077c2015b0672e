/** The score, at once: the same numbers that will be announced. */
import type { Outcome, Result, View } from '../interfaces';
import { CloseBrowser, type Props } from './app';

export function ResultSheet({ t, view }: Props & { view: View }) {
  const result = view.result as Result;
  const verdict = result.passed === null ? 'none' : result.passed ? 'passed' : 'failed';
  return (
    <main class="single result" id="content">
      <section class="card">
        <h1>{t(result.cause === 'deadline' ? 'candidate.result.time_over' : 'candidate.result.title')}</h1>
        <p class="quiet">{view.exam.title}, {view.exam.session_title}. {view.candidate.name}, {view.candidate.participant_no}.</p>
        <div class="total">
          <span class="total-points">{result.total}</span>
          <span>{t('candidate.result.of', { highest: result.highest_total })}</span>
        </div>
        {verdict !== 'none' && (
          <p class={verdict === 'passed' ? 'notice good' : 'notice bad'} role="status">
            {verdict === 'passed' ? '✓ ' : '✗ '}{t(`candidate.result.${verdict}`)}
          </p>
        )}
        <div class="table-scroll" tabIndex={0} role="region" aria-label={t('candidate.result.sections')}>
          <table>
            <caption class="hidden-visually">{t('candidate.result.sections')}</caption>
            <thead>
              <tr>
                <th scope="col">{t('candidate.rules.section')}</th>
                <th scope="col" class="number">{t('candidate.result.points')}</th>
                <th scope="col" class="number">{t('candidate.result.highest')}</th>
                <th scope="col">{t('candidate.result.threshold')}</th>
              </tr>
            </thead>
            <tbody>
              {result.sections.map((section) => (
                <tr key={section.id}>
                  <th scope="row">{section.title}</th>
                  <td class="number">{section.points}</td>
                  <td class="number">{section.highest}</td>
                  <td>{section.threshold ? <Threshold outcome={section.threshold} t={t} /> : '–'}</td>
                </tr>
              ))}
              <tr class="sum">
                <th scope="row">{t('candidate.result.total')}</th>
                <td class="number">{result.total}</td>
                <td class="number">{result.highest_total}</td>
                <td>{totalThreshold(result) ? <Threshold outcome={totalThreshold(result) as Outcome} t={t} /> : '–'}</td>
              </tr>
            </tbody>
          </table>
        </div>
        <dl class="facts">
          {result.rank !== null && (
            <>
              <dt>{t('candidate.result.rank')}</dt>
              <dd>
                {t('candidate.result.rank_of', { rank: result.rank, count: result.rank_of ?? 0 })}
                {result.provisional && ` (${t('candidate.result.provisional')})`}
              </dd>
            </>
          )}
          <dt>{t('candidate.result.answered')}</dt>
          <dd>{result.answered} / {result.item_count}</dd>
          {view.held_count > 0 && (
            <>
              <dt>{t('candidate.result.held')}</dt>
              <dd>{view.held_count}</dd>
            </>
          )}
          <dt>{t('candidate.result.receipt')}</dt>
          <dd><code>{result.receipt}</code></dd>
        </dl>
        {result.provisional && <p class="quiet">{t('candidate.result.provisional_text')}</p>}
        <div class="buttons">
          <a class="button primary" href="/result">{t('candidate.result.print')}</a>
          <a class="button" href={`/board/${encodeURIComponent(view.exam.id)}`}>{t('candidate.result.board')}</a>
          <a class="button" href="/logout">{t('candidate.result.leave')}</a>
          <CloseBrowser t={t} />
        </div>
      </section>
    </main>
  );
}

function Threshold({ outcome, t }: { outcome: Outcome; t: Props['t'] }) {
  return (
    <span class={outcome.passed ? 'passed' : 'failed'}>
      {outcome.passed ? '✓' : '✗'} {t(outcome.passed ? 'candidate.result.met' : 'candidate.result.not_met', { least: outcome.least })}
    </span>
  );
}

function totalThreshold(result: Result): Outcome | undefined {
  return result.thresholds.find((one) => one.of === 'total');
}
