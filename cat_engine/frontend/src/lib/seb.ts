/**
 * What this page can prove of its browser to its connection.
 *
 * A ticket where the server has verified the headers of this page's request; otherwise the hashes
 * that Safe Exam Browser offers to scripts (it sends no headers from WebKit).
 */
const KEYS_WAIT_MS = 3_000;

interface SebApi {
  security?: {
    configKey?: string;
    browserExamKey?: string;
    updateKeys?: (done: () => void) => void;
  };
}

export type Proof = Record<string, string>;

export async function browserProof(data: DOMStringMap): Promise<Proof | undefined> {
  const challenge = data['sebChallenge'];
  if (!challenge) return undefined;
  const ticket = data['sebTicket'];
  if (ticket) return { challenge, ticket };
  const { security } = (window as { SafeExamBrowser?: SebApi }).SafeExamBrowser ?? {};
  if (security === undefined) return { challenge };
  if (!security.configKey) await updated(security);
  return { challenge, config_key: security.configKey ?? '', exam_key: security.browserExamKey ?? '' };
}

/** Older versions set the keys only when they are asked to. */
function updated(security: NonNullable<SebApi['security']>): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, KEYS_WAIT_MS);
    security.updateKeys?.(() => resolve());
    if (security.updateKeys === undefined) resolve();
  });
}
