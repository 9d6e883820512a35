import { type KafkaErrorName, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { type GroupMember, type JoinAnswer, noBytes, type SyncAnswer } from './group-member.ts';

export function joinError(error: KafkaErrorName, memberId: string): JoinAnswer {
  return {
    errorCode: kafkaErrors[error],
    generation: -1,
    protocolType: null,
    protocol: null,
    leaderId: '',
    memberId,
    skipAssignment: false,
    members: [],
  };
}

export function syncError(error: KafkaErrorName): SyncAnswer {
  return { errorCode: kafkaErrors[error], protocolType: null, protocol: null, assignment: noBytes };
}

/** The answer to a member that is in: only the leader learns of the others. */
export function joinedAnswer(
  round: Omit<JoinAnswer, 'errorCode' | 'skipAssignment' | 'members'> & {
    readonly members: readonly GroupMember[];
  },
): JoinAnswer {
  const isLeader = round.memberId === round.leaderId;
  return {
    ...round,
    errorCode: 0,
    skipAssignment: false,
    members: isLeader
      ? round.members.map((member) => ({
          memberId: member.memberId,
          groupInstanceId: member.groupInstanceId,
          metadata: member.metadataFor(round.protocol),
        }))
      : [],
  };
}
