import { ConnectError } from '../../errors/connect-error.ts';
import type { Settings } from '../../plugin-api/source-connector.ts';
import type { HttpTls } from './http-exchange.ts';
import { OauthTokens } from './oauth-tokens.ts';
import type { RegistrySettings } from './registry-keys.ts';

/** Who we are to the registry. */
export interface RegistryAuthentication {
  /** Headers for a request to this URL, asked for before each. */
  headersFor(base: RegistryUrl, signal: AbortSignal): Promise<Readonly<Record<string, string>>>;
  /** The registry refused what it got; true: there may be something better now. */
  refresh(): boolean;
}

export interface RegistryUrl {
  /** Without name and password. */
  readonly url: URL;
  /** What stood before the host. */
  readonly userInfo: string | null;
}

/** Takes name and password out of the URLs, so that they show nowhere. */
export function registryUrls(texts: readonly string[]): RegistryUrl[] {
  return texts.map((text) => {
    const url = new URL(text);
    const userInfo =
      url.username === '' ? null : `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
    url.username = '';
    url.password = '';
    return { url, userInfo };
  });
}

const headerPrefix = 'request.header.';

/** Headers that people want with each request: `request.header.X-Tenant`. Values may be secrets. */
export function configuredHeaders(raw: Settings): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [key, value] of Object.entries(raw)) {
    const name = key.startsWith(headerPrefix) ? key.slice(headerPrefix.length) : '';
    if (name === '') continue;
    if (!/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/.test(name) || /[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      throw new ConnectError(
        'config',
        `${key} is no header of HTTP: its name or value has characters that cannot be`,
      );
    }
    headers[name] = value;
  }
  return headers;
}

export function registryAuthentication(
  settings: RegistrySettings,
  raw: Settings,
  tls: HttpTls | null,
): RegistryAuthentication {
  const bearerSource = settings['bearer.auth.credentials.source'] ?? '';
  const basicKey = 'basic.auth.credentials.source';
  if (bearerSource !== '' && Object.hasOwn(raw, basicKey) && raw[basicKey] !== '') {
    throw new ConnectError(
      'config',
      `Only one of '${basicKey}' and 'bearer.auth.credentials.source' may be specified`,
    );
  }
  if (bearerSource === 'STATIC_TOKEN') return staticToken(settings);
  if (bearerSource === 'OAUTHBEARER') return oauth(settings, tls);
  return basic(settings);
}

function basic(settings: RegistrySettings): RegistryAuthentication {
  if (settings['basic.auth.credentials.source'] !== 'USER_INFO') {
    return {
      headersFor: async ({ userInfo }) => (userInfo === null ? {} : basicHeader(userInfo)),
      refresh: () => false,
    };
  }
  const old = settings['schema.registry.basic.auth.user.info']?.value ?? '';
  const userInfo = old === '' ? (settings['basic.auth.user.info']?.value ?? '') : old;
  if (userInfo === '') {
    throw new ConnectError(
      'config',
      'basic.auth.user.info is missing, and basic.auth.credentials.source=USER_INFO needs it',
    );
  }
  const headers = basicHeader(userInfo);
  return { headersFor: async () => headers, refresh: () => false };
}

function basicHeader(userInfo: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(userInfo, 'utf8').toString('base64')}` };
}

function staticToken(settings: RegistrySettings): RegistryAuthentication {
  const token = settings['bearer.auth.token']?.value ?? '';
  if (token === '') {
    throw new ConnectError(
      'config',
      'bearer.auth.token is missing, and bearer.auth.credentials.source=STATIC_TOKEN needs it',
    );
  }
  const headers = { ...poolHeaders(settings), Authorization: `Bearer ${token}` };
  return { headersFor: async () => headers, refresh: () => false };
}

function oauth(settings: RegistrySettings, tls: HttpTls | null): RegistryAuthentication {
  const tokens = new OauthTokens(settings, tls);
  const others = poolHeaders(settings);
  return {
    async headersFor(_base, signal) {
      return { ...others, Authorization: `Bearer ${await tokens.get(signal)}` };
    },
    refresh: () => tokens.forget(),
  };
}

function poolHeaders(settings: RegistrySettings): Record<string, string> {
  const cluster = settings['bearer.auth.logical.cluster'];
  const pool = settings['bearer.auth.identity.pool.id'];
  return {
    ...(cluster === null || cluster === '' ? {} : { 'target-sr-cluster': cluster }),
    ...(pool === null || pool === '' ? {} : { 'Confluent-Identity-Pool-Id': pool }),
  };
}
