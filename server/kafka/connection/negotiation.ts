import { kafkaErrors, kafkaFailure } from '../protocol/error-codes.ts';
import type { ApiVersionsResponse } from '../protocol/generated/api-versions.js';
import { apiVersionsApi } from '../protocol/generated/api-versions.js';
import { ProtocolReader } from '../protocol/reader.ts';
import type { VersionRange } from '../version-choice.ts';

/** What a broker said of itself in ApiVersions. */
export interface BrokerOffer {
  /** By API key. */
  readonly versions: ReadonlyMap<number, VersionRange>;
  /** Finalised feature levels, such as `transaction.version`; empty when the broker tells none. */
  readonly features: ReadonlyMap<string, number>;
}

/** Sends ApiVersions in a version and gives the bytes of the answer's body. */
export type AskVersions = (
  version: number,
  body: { clientSoftwareName: string; clientSoftwareVersion: string },
) => Promise<Buffer>;

const software = { clientSoftwareName: 'millrace', clientSoftwareVersion: '0.1.0' };

/** Version 3 first; a broker that does not know it answers in the form of version 0, and is asked again with that. */
export async function negotiate(broker: string, ask: AskVersions): Promise<BrokerOffer> {
  const first = await ask(3, software);
  if (new ProtocolReader(first).int16() === kafkaErrors.UNSUPPORTED_VERSION) {
    const old = await ask(0, { clientSoftwareName: '', clientSoftwareVersion: '' });
    return toOffer(broker, apiVersionsApi.response.decode(new ProtocolReader(old), 0));
  }
  return toOffer(broker, apiVersionsApi.response.decode(new ProtocolReader(first), 3));
}

function toOffer(broker: string, response: ApiVersionsResponse): BrokerOffer {
  if (response.errorCode !== 0)
    throw kafkaFailure(response.errorCode, `ask broker ${broker} for its versions`);
  return {
    versions: new Map(
      response.apiKeys.map((api) => [api.apiKey, { min: api.minVersion, max: api.maxVersion }]),
    ),
    features: new Map(response.finalizedFeatures.map((feature) => [feature.name, feature.maxVersionLevel])),
  };
}
