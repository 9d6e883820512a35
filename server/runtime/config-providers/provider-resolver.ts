import { ConnectError, messageOf } from '../../errors/connect-error.ts';
import type { ConfigData, ConfigProvider } from '../../plugin-api/config-provider.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { ResolvedSettings, SettingsResolver } from '../settings-resolver.ts';
import { findPlaceholders, type Placeholder } from './placeholders.ts';
import { type SecretText, SecretTexts } from './secret-texts.ts';

interface Question {
  readonly provider: string;
  readonly path: string;
  readonly keys: Set<string>;
  /** Settings that ask, for the error. */
  readonly settings: Set<string>;
}

const lookUpTimeoutMs = 30_000;

/**
 * Resolves placeholders by config providers, in one pass: values are not looked at again. What nobody answers stays as
 * it is written: an unknown provider, an unknown key, a path that is not allowed.
 */
export class ProviderResolver implements SettingsResolver {
  readonly #providers: ReadonlyMap<string, ConfigProvider>;
  readonly #timeoutMs: number;

  constructor(providers: ReadonlyMap<string, ConfigProvider>, timeoutMs = lookUpTimeoutMs) {
    this.#providers = providers;
    this.#timeoutMs = timeoutMs;
  }

  async resolve(raw: Settings): Promise<ResolvedSettings> {
    const questions = this.#questionsOf(raw);
    const answers = new Map<string, ConfigData>();
    await Promise.all(
      questions.map(async (question) => void answers.set(idOf(question), await this.#ask(question))),
    );
    const secrets = new Map<string, string>();
    const settings = Object.entries(raw).map(([key, text]) => {
      const value = replacePlaceholders(text, (placeholder, written) => {
        const found = answers.get(idOf(placeholder))?.data.get(placeholder.key);
        if (found !== undefined && found !== '') secrets.set(found, written);
        return found;
      });
      return [key, value] as const;
    });
    const ttls = [...answers.values()].flatMap(({ ttlMs }) => (ttlMs !== null && ttlMs >= 0 ? [ttlMs] : []));
    return {
      settings: Object.fromEntries(settings),
      secrets: new SecretTexts([...secrets] satisfies SecretText[]),
      ttlMs: ttls.length === 0 ? null : Math.min(...ttls),
    };
  }

  #questionsOf(raw: Settings): readonly Question[] {
    const questions = new Map<string, Question>();
    for (const [setting, text] of Object.entries(raw)) {
      for (const placeholder of findPlaceholders(text)) {
        const { provider, path, key } = placeholder;
        if (!this.#providers.has(provider)) continue;
        const id = idOf(placeholder);
        const question = questions.get(id) ?? { provider, path, keys: new Set(), settings: new Set() };
        question.keys.add(key);
        question.settings.add(setting);
        questions.set(id, question);
      }
    }
    return [...questions.values()];
  }

  async #ask({ provider, path, keys, settings }: Question): Promise<ConfigData> {
    let timer: NodeJS.Timeout | undefined;
    const tooLate = new Promise<never>((_resolve, reject) => {
      const late = () =>
        reject(new ConnectError('timeout', `it did not answer within ${this.#timeoutMs} ms`));
      timer = setTimeout(late, this.#timeoutMs);
    });
    try {
      const ask = async () => this.#providers.get(provider)?.get(path, keys);
      const answer = await Promise.race([ask(), tooLate]);
      return answer ?? { data: new Map(), ttlMs: null };
    } catch (error) {
      const names = [...settings].join(', ');
      const place = path === '' ? '' : ` at ${path}`;
      throw new ConnectError(
        'config',
        `Config provider ${provider} could not look up ${[...keys].join(', ')}${place} for ${names}: ${messageOf(error)}`,
        { cause: error, details: { settings: [...settings] } },
      );
    } finally {
      clearTimeout(timer);
    }
  }
}

function replacePlaceholders(
  text: string,
  lookUp: (placeholder: Placeholder, written: string) => string | undefined,
): string {
  let replaced = '';
  let at = 0;
  for (const placeholder of findPlaceholders(text)) {
    const written = text.slice(placeholder.start, placeholder.end);
    replaced += text.slice(at, placeholder.start) + (lookUp(placeholder, written) ?? written);
    at = placeholder.end;
  }
  return replaced + text.slice(at);
}

function idOf({ provider, path }: { readonly provider: string; readonly path: string }): string {
  return JSON.stringify([provider, path]);
}
