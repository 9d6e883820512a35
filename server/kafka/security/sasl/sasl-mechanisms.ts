import type { KafkaClientOptions } from '../../ports/kafka-client.ts';
import { settingError } from '../../settings-table.ts';
import { openTokenSource } from '../oauth/token-source.ts';
import type { SecuritySettings } from '../security-settings.ts';
import { type JaasConfig, parseJaasConfig } from './jaas-config.ts';
import type { SaslMechanism } from './mechanism.ts';
import { oauthBearerMechanism } from './oauthbearer.ts';
import { plainMechanism } from './plain.ts';
import { type ScramName, scramMechanism } from './scram.ts';

const key = 'sasl.mechanism';
const jaasKey = 'sasl.jaas.config';
const kafkaSecurity = 'org.apache.kafka.common.security';

interface Declared {
  readonly loginModule: string;
  readonly make: (
    jaas: JaasConfig,
    settings: SecuritySettings,
    log: NonNullable<KafkaClientOptions['log']>,
  ) => SaslMechanism;
}

const mechanisms: Readonly<Record<string, Declared>> = {
  PLAIN: {
    loginModule: `${kafkaSecurity}.plain.PlainLoginModule`,
    make: (jaas) => plainMechanism(option(jaas, 'username'), option(jaas, 'password')),
  },
  'SCRAM-SHA-256': scram('SCRAM-SHA-256'),
  'SCRAM-SHA-512': scram('SCRAM-SHA-512'),
  OAUTHBEARER: {
    loginModule: `${kafkaSecurity}.oauthbearer.OAuthBearerLoginModule`,
    make: (jaas, settings, log) =>
      oauthBearerMechanism(openTokenSource(settings, jaas, log), extensionsOf(jaas)),
  },
};

/** Mechanisms that existing files name and that are not built. */
const missing: Readonly<Record<string, string>> = {
  GSSAPI: 'Kerberos is not supported',
  AWS_MSK_IAM: "Amazon's library is not part of this; MSK also takes SCRAM-SHA-512 and client certificates",
};

/** The mechanism with the credentials of `sasl.jaas.config`. Throws a `config` error without any value in it. */
export function saslMechanism(
  settings: SecuritySettings,
  log: NonNullable<KafkaClientOptions['log']>,
): SaslMechanism {
  const name = settings[key];
  const declared = mechanisms[name];
  if (declared === undefined) {
    const reason = missing[name] ?? 'it is not known';
    const known = Object.keys(mechanisms).join(', ');
    throw settingError(key, `${key}=${name} cannot be used: ${reason}; there are ${known}`);
  }
  const text = settings[jaasKey];
  if (text === null || text === '') {
    throw settingError(jaasKey, `${jaasKey} is missing; ${key}=${name} needs ${declared.loginModule} in it`);
  }
  const jaas = parseJaasConfig(text);
  if (jaas.loginModule !== declared.loginModule) {
    // What was read as a class may be a piece of something else, so it is shown only when it looks like one.
    const found = /^[\w.$]*LoginModule$/.test(jaas.loginModule)
      ? ` ${jaas.loginModule}`
      : ' another login module';
    throw settingError(jaasKey, `${jaasKey} names${found}, and ${key}=${name} needs ${declared.loginModule}`);
  }
  return declared.make(jaas, settings, log);
}

function scram(name: ScramName): Declared {
  return {
    loginModule: `${kafkaSecurity}.scram.ScramLoginModule`,
    make: (jaas) =>
      scramMechanism(name, {
        username: option(jaas, 'username'),
        password: option(jaas, 'password'),
        isToken: jaas.options.get('tokenauth')?.toLowerCase() === 'true',
      }),
  };
}

function option(jaas: JaasConfig, name: string): string {
  const value = jaas.options.get(name);
  if (value === undefined || value === '') throw settingError(jaasKey, `${jaasKey} has no option ${name}`);
  return value;
}

/** Options `extension_x` go to the broker as `x`; those of unsecured logins have a prefix of their own. */
function extensionsOf(jaas: JaasConfig): ReadonlyMap<string, string> {
  const extensions = new Map<string, string>();
  for (const [name, value] of jaas.options) {
    const extension = /^(?:extension|unsecuredLoginExtension)_(.+)$/.exec(name)?.[1];
    if (extension === undefined) continue;
    if (!/^[A-Za-z]+$/.test(extension) || extension === 'auth') {
      throw settingError(
        jaasKey,
        `${jaasKey}: the extension ${extension} must be made of letters, and not be auth`,
      );
    }
    if (!/^[\x21-\x7e \t\r\n]+$/.test(value)) {
      throw settingError(
        jaasKey,
        `${jaasKey}: the extension ${extension} has characters that cannot be sent`,
      );
    }
    extensions.set(extension, value);
  }
  return extensions;
}
