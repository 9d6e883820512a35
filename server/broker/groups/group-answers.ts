import { type KafkaErrorName, kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { type JoinAnswer, noBytes, type SyncAnswer } from './group-member.ts';

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
