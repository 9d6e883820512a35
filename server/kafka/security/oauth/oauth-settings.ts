import {
  booleanSetting,
  choiceSetting,
  intSetting,
  listSetting,
  longSetting,
  optionalStringSetting,
  passwordSetting,
  stringSetting,
} from '../../setting-kinds.ts';
import { BadValue, type Setting } from '../../settings-table.ts';
import { withoutEffect } from '../setting-support.ts';

const oauth = 'org.apache.kafka.common.security.oauthbearer';
const brokerOnly = withoutEffect('only brokers verify tokens');

/** The classes of Kafka's own that can be chosen; each stands for a behaviour that is built in here. */
export const jwtRetrievers = {
  byUrl: `${oauth}.DefaultJwtRetriever`,
  clientCredentials: `${oauth}.ClientCredentialsJwtRetriever`,
  file: `${oauth}.FileJwtRetriever`,
  assertion: `${oauth}.JwtBearerJwtRetriever`,
} as const;

/** The `sasl.oauthbearer.*` settings, as `SaslConfigs` of Kafka 4.3 defines them. */
export const oauthSettingsTable = {
  'sasl.oauthbearer.token.endpoint.url': optionalStringSetting({
    doc: 'Where tokens are asked for (https, http), or the file that holds one (file).',
  }),
  'sasl.oauthbearer.client.credentials.client.id': optionalStringSetting({
    doc: 'Who asks for a token; without it, `clientId` of sasl.jaas.config.',
  }),
  'sasl.oauthbearer.client.credentials.client.secret': passwordSetting({
    doc: 'Secret of who asks for a token; without it, `clientSecret` of sasl.jaas.config.',
  }),
  'sasl.oauthbearer.scope': optionalStringSetting({
    doc: 'Scope to ask for; without it, `scope` of sasl.jaas.config.',
  }),
  'sasl.oauthbearer.header.urlencode': booleanSetting({
    default: false,
    doc: 'Whether id and secret are percent-encoded before they go into the request, as RFC 6749 wants it.',
  }),
  'sasl.oauthbearer.scope.claim.name': stringSetting({
    default: 'scope',
    doc: 'Claim of the token that holds its scope.',
  }),
  'sasl.oauthbearer.sub.claim.name': stringSetting({
    default: 'sub',
    doc: 'Claim of the token that names the principal.',
  }),
  'sasl.oauthbearer.jwt.retriever.class': oneOfClasses(
    'Where tokens come from: client credentials, a signed assertion or a file.',
    Object.values(jwtRetrievers),
  ),
  'sasl.oauthbearer.jwt.validator.class': oneOfClasses('How a token is checked before it is sent.', [
    `${oauth}.DefaultJwtValidator`,
    `${oauth}.ClientJwtValidator`,
  ]),
  'sasl.oauthbearer.assertion.file': optionalStringSetting({
    doc: 'File with a signed assertion; read again when it changes.',
  }),
  'sasl.oauthbearer.assertion.private.key.file': optionalStringSetting({
    doc: 'File with the private key that signs assertions, in PEM form.',
  }),
  'sasl.oauthbearer.assertion.private.key.passphrase': passwordSetting({
    doc: 'Password of the private key that signs assertions.',
  }),
  'sasl.oauthbearer.assertion.template.file': optionalStringSetting({
    doc: 'File with a JSON object of `header` and `payload`, the fixed parts of assertions.',
  }),
  'sasl.oauthbearer.assertion.algorithm': choiceSetting(['ES256', 'RS256'], {
    default: 'RS256',
    ignoreCase: true,
    doc: 'How assertions are signed.',
  }),
  'sasl.oauthbearer.assertion.claim.aud': optionalStringSetting({ doc: 'Audience of assertions.' }),
  'sasl.oauthbearer.assertion.claim.iss': optionalStringSetting({ doc: 'Issuer of assertions.' }),
  'sasl.oauthbearer.assertion.claim.sub': optionalStringSetting({ doc: 'Subject of assertions.' }),
  'sasl.oauthbearer.assertion.claim.exp.seconds': intSetting({
    default: 300,
    min: 0,
    max: 86_400,
    doc: 'How long an assertion is valid, in seconds.',
  }),
  'sasl.oauthbearer.assertion.claim.nbf.seconds': intSetting({
    default: 60,
    min: 0,
    max: 3600,
    doc: 'How long before its making an assertion is valid already, in seconds.',
  }),
  'sasl.oauthbearer.assertion.claim.jti.include': booleanSetting({
    default: false,
    doc: 'Whether assertions carry an id of their own.',
  }),
  'sasl.oauthbearer.clock.skew.seconds': intSetting({
    default: 30,
    doc: 'Difference of clocks that is forgiven, in seconds.',
    support: brokerOnly,
  }),
  'sasl.oauthbearer.expected.audience': listSetting({
    default: [],
    doc: 'Audiences to accept.',
    support: brokerOnly,
  }),
  'sasl.oauthbearer.expected.issuer': optionalStringSetting({
    doc: 'Issuer to accept.',
    support: brokerOnly,
  }),
  'sasl.oauthbearer.jwks.endpoint.url': optionalStringSetting({
    doc: 'Where keys for verifying tokens are.',
    support: brokerOnly,
  }),
  'sasl.oauthbearer.jwks.endpoint.refresh.ms': longSetting({
    default: 3_600_000,
    doc: 'How often those keys are fetched, in milliseconds.',
    support: brokerOnly,
  }),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.ms': longSetting({
    default: 100,
    doc: 'First wait between attempts to fetch them, in milliseconds.',
    support: brokerOnly,
  }),
  'sasl.oauthbearer.jwks.endpoint.retry.backoff.max.ms': longSetting({
    default: 10_000,
    doc: 'Longest wait between attempts to fetch them, in milliseconds.',
    support: brokerOnly,
  }),
};

/** The first is the default. */
function oneOfClasses(doc: string, own: readonly string[]): Setting<string> {
  const [standard = ''] = own;
  return {
    type: 'CLASS',
    doc,
    default: standard,
    range: own.join(', '),
    parse(text, key) {
      const name = text.trim();
      if (own.includes(name)) return name;
      throw new BadValue(
        `Invalid value ${name} for configuration ${key}: Java classes cannot be loaded; there are ${own.join(', ')}`,
        { isWholeMessage: true },
      );
    },
  };
}
