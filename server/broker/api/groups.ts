import { type KafkaErrorName, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { findCoordinatorApi } from '../../kafka/protocol/generated/find-coordinator.js';
import { heartbeatApi } from '../../kafka/protocol/generated/heartbeat.js';
import { joinGroupApi } from '../../kafka/protocol/generated/join-group.js';
import { leaveGroupApi } from '../../kafka/protocol/generated/leave-group.js';
import { syncGroupApi } from '../../kafka/protocol/generated/sync-group.js';
import type { Broker } from '../broker.ts';
import { type ServedApi, serve } from './served-api.ts';

const coordinatorTypes = { group: 0, transaction: 1 } as const;

export function groupApis(broker: Broker): readonly ServedApi[] {
  const { groups } = broker;
  return [
    serve(findCoordinatorApi, {}, ({ key, keyType, coordinatorKeys }, { apiVersion }) => {
      const isKnown = keyType === coordinatorTypes.group || keyType === coordinatorTypes.transaction;
      if (keyType === coordinatorTypes.group) groups.prepare();
      if (keyType === coordinatorTypes.transaction) broker.transactions.prepare();
      const found = isKnown
        ? { errorCode: 0, errorMessage: '', nodeId: broker.nodeId, host: broker.host, port: broker.port }
        : {
            errorCode: kafkaErrors.INVALID_REQUEST,
            errorMessage: `coordinators of type ${keyType} are not known`,
            nodeId: -1,
            host: '',
            port: -1,
          };
      if (apiVersion < 4) return { ...found, coordinators: [] };
      return { coordinators: (coordinatorKeys ?? [key]).map((asked) => ({ key: asked, ...found })) };
    }),
    serve(joinGroupApi, {}, async (request, context) => {
      const answer = await groups.join(request.groupId, {
        memberId: request.memberId,
        groupInstanceId: request.groupInstanceId,
        clientId: context.clientId,
        clientHost: context.clientHost,
        sessionTimeoutMs: request.sessionTimeoutMs,
        rebalanceTimeoutMs: context.apiVersion === 0 ? request.sessionTimeoutMs : request.rebalanceTimeoutMs,
        protocolType: request.protocolType,
        protocols: request.protocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
        requiresKnownMemberId: context.apiVersion >= 4,
        supportsSkippingAssignment: context.apiVersion >= 9,
      });
      return {
        errorCode: answer.errorCode,
        generationId: answer.generation,
        protocolType: answer.protocolType,
        // Older versions know no null here.
        protocolName: answer.protocol ?? (context.apiVersion >= 7 ? null : ''),
        leader: answer.leaderId,
        skipAssignment: answer.skipAssignment,
        memberId: answer.memberId,
        members: answer.members,
      };
    }),
    serve(syncGroupApi, {}, async (request, { apiVersion }) => {
      const refuse = (error: KafkaErrorName) => ({
        errorCode: kafkaErrors[error],
        protocolType: null,
        protocolName: null,
        assignment: Buffer.alloc(0),
      });
      // From this version on a member must say what it thinks was agreed on.
      const isSilent = request.protocolType === null || request.protocolName === null;
      if (apiVersion >= 5 && isSilent) return refuse('INCONSISTENT_GROUP_PROTOCOL');
      if (request.groupId === '') return refuse('INVALID_GROUP_ID');
      const group = groups.get(request.groupId);
      if (group === undefined) return refuse('UNKNOWN_MEMBER_ID');
      const { errorCode, protocolType, protocol, assignment } = await group.sync({
        memberId: request.memberId,
        groupInstanceId: request.groupInstanceId,
        generation: request.generationId,
        protocolType: request.protocolType,
        protocol: request.protocolName,
        assignments: new Map(
          request.assignments.map(({ memberId, assignment }) => [memberId, Buffer.from(assignment)]),
        ),
      });
      return { errorCode, protocolType, protocolName: protocol, assignment };
    }),
    serve(heartbeatApi, {}, ({ groupId, memberId, groupInstanceId, generationId }) => {
      if (groupId === '') return { errorCode: kafkaErrors.INVALID_GROUP_ID };
      const error =
        groups.get(groupId)?.heartbeat(memberId, groupInstanceId, generationId) ?? 'UNKNOWN_MEMBER_ID';
      return { errorCode: kafkaErrors[error] };
    }),
    serve(leaveGroupApi, {}, (request, { apiVersion }) => {
      if (request.groupId === '') return { errorCode: kafkaErrors.INVALID_GROUP_ID, members: [] };
      const group = groups.get(request.groupId);
      const leave = (memberId: string, groupInstanceId: string | null): number =>
        kafkaErrors[group?.leave(memberId, groupInstanceId) ?? 'UNKNOWN_MEMBER_ID'];
      if (apiVersion < 3) return { errorCode: leave(request.memberId, null), members: [] };
      return {
        errorCode: 0,
        members: request.members.map(({ memberId, groupInstanceId }) => ({
          memberId,
          groupInstanceId,
          errorCode: leave(memberId, groupInstanceId),
        })),
      };
    }),
  ];
}
