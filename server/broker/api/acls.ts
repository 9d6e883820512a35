import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { createAclsApi } from '../../kafka/protocol/generated/create-acls.js';
import { deleteAclsApi } from '../../kafka/protocol/generated/delete-acls.js';
import { describeAclsApi } from '../../kafka/protocol/generated/describe-acls.js';
import { type ServedApi, serve } from './served-api.ts';

const errorCode = kafkaErrors.SECURITY_DISABLED;

/** Access control lists: there are none, and clients are told so in Kafka's words. */
export function aclApis(): readonly ServedApi[] {
  return [
    serve(describeAclsApi, {}, () => ({
      errorCode,
      errorMessage: 'No Authorizer is configured on the broker',
      resources: [],
    })),
    serve(createAclsApi, {}, ({ creations }) => ({
      results: creations.map(() => ({ errorCode, errorMessage: 'No Authorizer is configured.' })),
    })),
    serve(deleteAclsApi, {}, ({ filters }) => ({
      filterResults: filters.map(() => ({
        errorCode,
        errorMessage: 'No Authorizer is configured.',
        matchingAcls: [],
      })),
    })),
  ];
}
