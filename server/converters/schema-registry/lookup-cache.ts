import { ConnectError, isConnectError } from '../../errors/connect-error.ts';
import { PendingLookup } from '../../plugin-api/pending-lookup.ts';
import { RecentMap } from './recent-map.ts';

export interface LookupCacheOptions {
  /** Most answers that are remembered; the one not used for longest is forgotten first. */
  readonly maxAnswers: number;
  /** How long an answer holds; Infinity: for ever. */
  readonly answerTtlMs: number;
  readonly maxRefusals: number;
  /** 0: refusals are not remembered. */
  readonly refusalTtlMs: number;
  /** Milliseconds that only go up. */
  readonly now: () => number;
}

interface Remembered {
  readonly until: number;
  /** Whoever asked gets the answer once, however short it holds. */
  isUnread: boolean;
}

/** More than these are never under way: each record waits for its own before the next is converted. */
const maxUnderWay = 1_000;

/**
 * Answers of a registry for code that cannot wait: what is not known is asked for, once for all who want it, and
 * `PendingLookup` is thrown meanwhile. Final refusals are remembered for a while, failures that may pass are not.
 */
export class LookupCache<Answer> {
  readonly #options: LookupCacheOptions;
  readonly #answers: RecentMap<string, Remembered & { readonly answer: Answer }>;
  readonly #refusals: RecentMap<string, Remembered & { readonly error: ConnectError }>;
  readonly #underWay = new Map<string, Promise<void>>();

  constructor(options: LookupCacheOptions) {
    this.#options = options;
    this.#answers = new RecentMap(options.maxAnswers);
    this.#refusals = new RecentMap(options.maxRefusals);
  }

  /** The answer, if it is known. Throws the refusal, or `PendingLookup`. */
  get(key: string, ask: () => Promise<Answer>): Answer {
    const answer = this.#recall(this.#answers, key);
    if (answer !== undefined) return answer.answer;
    const refusal = this.#recall(this.#refusals, key);
    if (refusal !== undefined) throw refusal.error;
    let asked = this.#underWay.get(key);
    if (asked === undefined) {
      if (this.#underWay.size >= maxUnderWay) {
        throw new ConnectError('retriable', `${maxUnderWay} requests to the schema registry are under way`);
      }
      asked = this.#ask(key, ask);
      this.#underWay.set(key, asked);
    }
    throw new PendingLookup(asked);
  }

  async #ask(key: string, ask: () => Promise<Answer>): Promise<void> {
    const { now, answerTtlMs, refusalTtlMs } = this.#options;
    try {
      const answer = await ask();
      this.#answers.set(key, { answer, isUnread: true, until: now() + answerTtlMs });
    } catch (error) {
      const ttlMs = Math.min(refusalTtlMs, holdsFor(error));
      if (ttlMs > 0 && isConnectError(error)) {
        this.#refusals.set(key, { error, isUnread: false, until: now() + ttlMs });
      }
      throw error;
    } finally {
      this.#underWay.delete(key);
    }
  }

  #recall<Entry extends Remembered>(entries: RecentMap<string, Entry>, key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry === undefined) return undefined;
    if (!entry.isUnread && this.#options.now() >= entry.until) {
      entries.delete(key);
      return undefined;
    }
    entry.isUnread = false;
    return entry;
  }
}

/** What somebody else may have said holds only so long that not every record asks again. */
const doubtfulTtlMs = 5_000;

function holdsFor(error: unknown): number {
  if (!isConnectError(error) || error.retriable || error.code === 'cancelled') return 0;
  return error.details.isRegistryRefusal === true ? Number.POSITIVE_INFINITY : doubtfulTtlMs;
}
