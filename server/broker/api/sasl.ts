import { kafkaErrors } from '../../kafka/protocol/error-codes.ts';
import { saslAuthenticateApi } from '../../kafka/protocol/generated/sasl-authenticate.js';
import { saslHandshakeApi } from '../../kafka/protocol/generated/sasl-handshake.js';
import { saslMechanism } from './authentication.ts';
import { type ServedApi, serve } from './served-api.ts';

const nothing = Buffer.alloc(0);

/** Authentication by SASL. Without it clients are told, as by Kafka, that there is nothing to prove. */
export function saslApis(): readonly ServedApi[] {
  return [
    serve(saslHandshakeApi, {}, ({ mechanism }, { authentication, apiVersion }) => {
      if (authentication === null) return { errorCode: kafkaErrors.ILLEGAL_SASL_STATE, mechanisms: [] };
      return { errorCode: authentication.handshake(mechanism, apiVersion), mechanisms: [saslMechanism] };
    }),
    serve(saslAuthenticateApi, {}, async ({ authBytes }, { authentication }) => {
      const isOpen = authentication === null || !authentication.expectsToken;
      if (isOpen) {
        const errorMessage = 'SaslAuthenticate request received after successful authentication';
        return { errorCode: kafkaErrors.ILLEGAL_SASL_STATE, errorMessage, authBytes: nothing };
      }
      const proof = await authentication.prove(authBytes);
      if (proof.kind === 'accepted') {
        return { errorCode: 0, errorMessage: null, authBytes: nothing, sessionLifetimeMs: proof.sessionMs };
      }
      const errorCode = kafkaErrors.SASL_AUTHENTICATION_FAILED;
      return { errorCode, errorMessage: proof.message, authBytes: nothing };
    }),
  ];
}
