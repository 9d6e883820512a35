import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { describeClientQuotasApi } from '../../kafka/protocol/generated/describe-client-quotas.js';
import { describeUserScramCredentialsApi } from '../../kafka/protocol/generated/describe-user-scram-credentials.js';
import { type ServedApi, serve } from './served-api.ts';

/** What is kept of single clients and users, which is nothing: no quotas and no SCRAM credentials. */
export function clientLimitApis(): readonly ServedApi[] {
  return [
    serve(describeClientQuotasApi, {}, () => ({ errorCode: 0, errorMessage: '', entries: [] })),
    serve(describeUserScramCredentialsApi, {}, ({ users }) => ({
      errorCode: 0,
      errorMessage: '',
      results: [...new Set((users ?? []).map(({ name }) => name))].map((user) => ({
        user,
        errorCode: kafkaErrors.RESOURCE_NOT_FOUND,
        errorMessage: `Attempt to describe a user credential that does not exist: ${user}`,
        credentialInfos: [],
      })),
    })),
  ];
}
