import { fileURLToPath } from 'node:url';
import { readStoreFile } from '../../../certificates/store.ts';
import { messageOf } from '../../../errors/connect-error.ts';
import type { KafkaClientOptions } from '../../ports/kafka-client.ts';
import { settingError } from '../../settings-table.ts';
import type { JaasConfig } from '../sasl/jaas-config.ts';
import type { TokenSource } from '../sasl/oauthbearer.ts';
import { parseSecuritySettings, type SecuritySettings } from '../security-settings.ts';
import { readTlsSetup } from '../tls/tls-sockets.ts';
import { assertionMaker } from './assertion.ts';
import { readJwt } from './jwt.ts';
import { jwtRetrievers } from './oauth-settings.ts';
import { TokenLogin } from './token-login.ts';
import { requestToken, type TokenEndpoint, type TokenForm } from './token-request.ts';
import { unsecuredToken, wantsUnsecuredTokens } from './unsecured-token.ts';

const urlKey = 'sasl.oauthbearer.token.endpoint.url';

/**
 * Where the tokens of a client come from: a token endpoint (client credentials, or a signed assertion), a file, or
 * claims without signature. Throws a `config` error that names the key when something is missing.
 */
export function openTokenSource(
  settings: SecuritySettings,
  jaas: JaasConfig,
  log: NonNullable<KafkaClientOptions['log']>,
): TokenSource {
  const url = settings[urlKey];
  const unsecured = url === null && wantsUnsecuredTokens(jaas);
  const names = {
    subject: unsecured
      ? (jaas.options.get('unsecuredLoginPrincipalClaimName') ?? 'sub')
      : settings['sasl.oauthbearer.sub.claim.name'],
    scope: unsecured
      ? (jaas.options.get('unsecuredLoginScopeClaimName') ?? 'scope')
      : settings['sasl.oauthbearer.scope.claim.name'],
  };
  return new TokenLogin({
    fetch: unsecured ? async () => unsecuredToken(jaas) : fetchFrom(settings, jaas, url),
    read: (token) => readJwt(token, names),
    refresh: {
      windowFactor: settings['sasl.login.refresh.window.factor'],
      windowJitter: settings['sasl.login.refresh.window.jitter'],
      minPeriodMs: settings['sasl.login.refresh.min.period.seconds'] * 1000,
      bufferMs: settings['sasl.login.refresh.buffer.seconds'] * 1000,
    },
    retryMs: settings['sasl.login.retry.backoff.max.ms'],
    log,
  });
}

function fetchFrom(
  settings: SecuritySettings,
  jaas: JaasConfig,
  text: string | null,
): (signal: AbortSignal) => Promise<string> {
  if (text === null || text === '') {
    throw settingError(urlKey, `${urlKey} is missing; the mechanism OAUTHBEARER needs it`);
  }
  const url = parseUrl(text);
  const retriever = settings['sasl.oauthbearer.jwt.retriever.class'];
  if (url.protocol === 'file:') {
    if (retriever !== jwtRetrievers.byUrl && retriever !== jwtRetrievers.file) {
      throw settingError(urlKey, `${urlKey} must be an http or https URL for ${retriever}`);
    }
    const path = fileURLToPath(url);
    return async () => readStoreFile(urlKey, path).toString('utf8').trim();
  }
  if (retriever === jwtRetrievers.file) {
    throw settingError(urlKey, `${urlKey} must be a file URL for ${retriever}`);
  }
  const endpoint: TokenEndpoint = {
    url,
    connectTimeoutMs: settings['sasl.login.connect.timeout.ms'],
    readTimeoutMs: settings['sasl.login.read.timeout.ms'],
    retryBackoffMs: settings['sasl.login.retry.backoff.ms'],
    retryBackoffMaxMs: settings['sasl.login.retry.backoff.max.ms'],
    ...(url.protocol === 'https:' ? { secureContext: contextFor(jaas) } : {}),
  };
  const makeForm = formOf(settings, jaas, retriever === jwtRetrievers.assertion);
  return async (signal) => await requestToken(endpoint, makeForm(), signal);
}

function parseUrl(text: string): URL {
  try {
    const url = new URL(text);
    if (['http:', 'https:', 'file:'].includes(url.protocol)) return url;
  } catch (error) {
    throw settingError(urlKey, `${urlKey} is no URL: ${messageOf(error)}`);
  }
  throw settingError(urlKey, `${urlKey} must begin with https, http or file`);
}

/** As with Java, TLS to the token endpoint goes by `ssl.` options within sasl.jaas.config, not by the client's own. */
function contextFor(jaas: JaasConfig) {
  const own = Object.fromEntries([...jaas.options].filter(([name]) => name.startsWith('ssl.')));
  return readTlsSetup(parseSecuritySettings(own)).context;
}

function formOf(settings: SecuritySettings, jaas: JaasConfig, isGrant: boolean): () => TokenForm {
  const idKey = 'sasl.oauthbearer.client.credentials.client.id';
  const secretKey = 'sasl.oauthbearer.client.credentials.client.secret';
  const scope = settings['sasl.oauthbearer.scope'] ?? jaas.options.get('scope');
  const scopeField: Record<string, string> =
    scope === undefined || scope.trim() === '' ? {} : { scope: scope.trim() };
  const id = settings[idKey] ?? jaas.options.get('clientId');
  if (isGrant) {
    const assertion = assertionMaker(settings);
    return () => {
      const value = assertion();
      const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
      return { fields: { grant_type: grant, assertion: value, ...scopeField }, secrets: [value] };
    };
  }
  if (
    settings['sasl.oauthbearer.assertion.file'] !== null ||
    settings['sasl.oauthbearer.assertion.claim.iss'] !== null
  ) {
    const assertion = assertionMaker(settings);
    return () => {
      const value = assertion();
      const fields = {
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: value,
        ...(id === undefined ? {} : { client_id: id }),
        ...scopeField,
      };
      return { fields, secrets: [value] };
    };
  }
  const secret = settings[secretKey] ?? jaas.options.get('clientSecret');
  if (id === undefined) throw settingError(idKey, `${idKey} (or clientId in sasl.jaas.config) is missing`);
  if (secret === undefined)
    throw settingError(secretKey, `${secretKey} (or clientSecret in sasl.jaas.config) is missing`);
  const encode = settings['sasl.oauthbearer.header.urlencode'] ? encodeURIComponent : String;
  const credentials = Buffer.from(`${encode(id)}:${encode(secret)}`, 'utf8').toString('base64');
  return () => ({
    fields: { grant_type: 'client_credentials', ...scopeField },
    authorization: `Basic ${credentials}`,
    secrets: [secret, encode(secret), credentials],
  });
}
