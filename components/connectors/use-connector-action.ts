'use client';

import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ConnectorAction } from '../../server/entities/console-connector.ts';
import { actOnConnector } from '../queries/connectors.ts';
import { describeError } from '../queries/describe-error.ts';
import { useToasts } from '../ui/toasts.tsx';

interface RequestedAction {
  readonly body: ConnectorAction;
  readonly requested: string;
}

/** Sends one action and says so; what comes of it shows in the live view. */
export function useConnectorAction(name: string) {
  const client = useQueryClient();
  const toasts = useToasts();
  return useMutation({
    mutationFn: ({ body }: RequestedAction) => actOnConnector(name, body),
    onSuccess(_, { requested }) {
      toasts.add({ title: requested, description: name });
    },
    onError(error) {
      const { title, message } = describeError(error);
      toasts.add({ title, description: message, type: 'error', timeout: 12_000 });
    },
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: ['connector', name] }),
        client.invalidateQueries({ queryKey: ['connectors'] }),
        client.invalidateQueries({ queryKey: ['overview'] }),
      ]),
  });
}
