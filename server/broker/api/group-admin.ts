import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { deleteGroupsApi } from '../../kafka/protocol/generated/delete-groups.js';
import { describeGroupsApi } from '../../kafka/protocol/generated/describe-groups.js';
import { listGroupsApi } from '../../kafka/protocol/generated/list-groups.js';
import type { Broker } from '../broker.ts';
import { told } from '../refusal.ts';
import { authorizedOperations } from './authorized-operations.ts';
import { type ServedApi, serve } from './served-api.ts';

export function groupAdminApis(broker: Broker): readonly ServedApi[] {
  const { groups } = broker;
  return [
    serve(listGroupsApi, {}, ({ statesFilter, typesFilter }) => {
      const matches = (filter: readonly string[], word: string): boolean =>
        filter.length === 0 || filter.some((wanted) => wanted.toLowerCase() === word.toLowerCase());
      return {
        errorCode: 0,
        groups: groups
          .list()
          .filter(({ state, type }) => matches(statesFilter, state) && matches(typesFilter, type))
          .map(({ state, type, ...group }) => ({ ...group, groupState: state, groupType: type })),
      };
    }),
    serve(describeGroupsApi, {}, ({ groups: asked, includeAuthorizedOperations }, { apiVersion }) => ({
      groups: asked.map((groupId) => {
        const isOther = groups.consumerGroup(groupId) !== undefined;
        const group = isOther ? undefined : groups.get(groupId);
        if (group === undefined) {
          const isTold = apiVersion >= 6;
          const problem = `Group ${groupId} ${isOther ? 'is not a classic group' : 'not found'}.`;
          return {
            errorCode: isTold ? kafkaErrors.GROUP_ID_NOT_FOUND : 0,
            errorMessage: isTold ? problem : null,
            groupId,
            groupState: 'Dead',
            protocolType: '',
            protocolData: '',
            authorizedOperations: authorizedOperations('group', includeAuthorizedOperations),
            members: [],
          };
        }
        const isAgreed = group.state === 'Stable';
        return {
          errorCode: 0,
          groupId,
          groupState: group.state,
          protocolType: group.protocolType,
          protocolData: isAgreed ? (group.protocol ?? '') : '',
          authorizedOperations: authorizedOperations('group', includeAuthorizedOperations),
          members: group.members.map((member) => ({
            memberId: member.memberId,
            groupInstanceId: member.groupInstanceId,
            clientId: member.clientId,
            clientHost: member.clientHost,
            memberMetadata: isAgreed ? member.metadataFor(group.protocol) : Buffer.alloc(0),
            memberAssignment: isAgreed ? member.assignment : Buffer.alloc(0),
          })),
        };
      }),
    })),
    serve(deleteGroupsApi, {}, ({ groupsNames }) => ({
      results: groupsNames.map((groupId) => {
        try {
          const error = groups.deleteGroup(groupId);
          return { groupId, errorCode: error === null ? 0 : kafkaErrors[error] };
        } catch (error) {
          return { groupId, errorCode: told(error, `delete group ${groupId}`, broker.log).errorCode };
        }
      }),
    })),
  ];
}
