import { int, password, short, string } from '../../config/kinds.ts';
import { between } from '../../config/validators.ts';
import { notSupported, oneOfBut } from './key-validators.ts';

const group = 'Authentication';

/** Who we are to the registry: basic authentication, or a bearer token. */
export const authenticationKeys = {
  'basic.auth.credentials.source': string({
    importance: 'MEDIUM',
    documentation:
      'Where name and password for basic authentication come from: URL (schema.registry.url, before the host) or USER_INFO (basic.auth.user.info).',
    default: 'URL',
    validator: oneOfBut(['URL', 'USER_INFO'], {
      SASL_INHERIT:
        'A converter does not know the SASL login of the worker; use USER_INFO and basic.auth.user.info',
    }),
    group,
    displayName: 'Basic auth source',
  }),
  'basic.auth.user.info': password({
    importance: 'MEDIUM',
    documentation: 'Name and password for basic authentication, parted by a colon.',
    default: null,
    group,
    displayName: 'Basic auth name and password',
  }),
  'schema.registry.basic.auth.user.info': password({
    importance: 'MEDIUM',
    documentation: 'Old name of basic.auth.user.info; it comes first where both are set.',
    default: null,
    group,
    displayName: 'Basic auth name and password (old key)',
  }),
  'bearer.auth.credentials.source': string({
    importance: 'MEDIUM',
    documentation:
      'Where the bearer token comes from: STATIC_TOKEN (bearer.auth.token) or OAUTHBEARER (a token endpoint, with client id and secret). Not set: no bearer token.',
    default: null,
    validator: oneOfBut(['STATIC_TOKEN', 'OAUTHBEARER', ''], {
      SASL_OAUTHBEARER_INHERIT:
        'A converter does not know the SASL login of the worker; use OAUTHBEARER and bearer.auth.issuer.endpoint.url',
      CUSTOM: 'Java classes cannot be loaded; use STATIC_TOKEN or OAUTHBEARER',
    }),
    group,
    displayName: 'Bearer token source',
  }),
  'bearer.auth.token': password({
    importance: 'MEDIUM',
    documentation: 'The bearer token, for STATIC_TOKEN.',
    default: null,
    group,
    displayName: 'Bearer token',
  }),
  'bearer.auth.issuer.endpoint.url': string({
    importance: 'MEDIUM',
    documentation: 'Token endpoint of the OAuth identity provider (http or https), for OAUTHBEARER.',
    default: null,
    group,
    displayName: 'Token endpoint',
  }),
  'bearer.auth.client.id': string({
    importance: 'MEDIUM',
    documentation: 'Client id for the client credentials grant, for OAUTHBEARER.',
    default: null,
    group,
    displayName: 'Client id',
  }),
  'bearer.auth.client.secret': password({
    importance: 'MEDIUM',
    documentation: 'Client secret for the client credentials grant, for OAUTHBEARER.',
    default: null,
    group,
    displayName: 'Client secret',
  }),
  'bearer.auth.scope': string({
    importance: 'MEDIUM',
    documentation: 'Scope that is asked for at the token endpoint.',
    default: null,
    group,
    displayName: 'Scope',
  }),
  'bearer.auth.scope.claim.name': string({
    importance: 'LOW',
    documentation: 'Name of the scope claim within tokens. Without effect: the registry checks the token.',
    default: 'scope',
    group,
  }),
  'bearer.auth.sub.claim.name': string({
    importance: 'LOW',
    documentation: 'Name of the subject claim within tokens. Without effect: the registry checks the token.',
    default: 'sub',
    group,
  }),
  'bearer.auth.logical.cluster': string({
    importance: 'MEDIUM',
    documentation: 'Logical cluster of the registry, sent along with the token as header target-sr-cluster.',
    default: null,
    group,
    displayName: 'Logical cluster',
  }),
  'bearer.auth.identity.pool.id': string({
    importance: 'MEDIUM',
    documentation: 'Identity pool, sent along with the token as header Confluent-Identity-Pool-Id.',
    default: null,
    group,
    displayName: 'Identity pool',
  }),
  'bearer.auth.cache.expiry.buffer.seconds': short({
    importance: 'LOW',
    documentation: 'How many seconds before its end a token is replaced by a new one.',
    default: 300,
    validator: between(0, 3600),
    group,
  }),
  'bearer.auth.custom.provider.class': string({
    importance: 'LOW',
    documentation: 'Java class that provides tokens. Not supported.',
    default: null,
    validator: notSupported('Java classes cannot be loaded; use STATIC_TOKEN or OAUTHBEARER'),
    group,
  }),
  'proxy.host': string({
    importance: 'LOW',
    documentation: 'Proxy on the way to the registry. Not supported.',
    default: '',
    validator: notSupported('proxies are not supported; the registry must be reachable directly'),
    group: 'Connection',
  }),
  'proxy.port': int({
    importance: 'LOW',
    documentation: 'Port of the proxy; of no account without proxy.host.',
    default: -1,
    group: 'Connection',
  }),
};
