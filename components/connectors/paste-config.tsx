'use client';

import { useQuery } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { PluginSummary } from '../../server/entities/console-plugin.ts';
import { type ConfigDocument, parseDocument } from '../config-form/config-document.ts';
import { pluginsQuery } from '../queries/plugins.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { classes } from '../ui/classes.ts';
import { textInput } from '../ui/text-input.ts';

interface PasteConfigProps {
  readonly onAccept: (className: string, document: ConfigDocument) => void;
}

/** For somebody who has a config already: its class is found in it. */
export function PasteConfig({ onAccept }: PasteConfigProps) {
  const { data } = useQuery(pluginsQuery);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string | null>(null);
  const id = useId();

  function accept(): void {
    const read = readConfig(text, data?.plugins ?? []);
    if ('problem' in read) {
      setProblem(read.problem);
      return;
    }
    setProblem(null);
    onAccept(read.className, read.document);
  }

  return (
    <Card title="Or paste a config" className="mt-6">
      <label htmlFor={id} className="text-muted text-sm">
        JSON, a body for Connect’s REST API, or the lines of a properties file
      </label>
      <textarea
        id={id}
        rows={5}
        value={text}
        spellCheck={false}
        aria-describedby={`${id}-problem`}
        aria-invalid={problem !== null || undefined}
        onChange={(event) => setText(event.target.value)}
        className={classes(textInput, 'mt-2 h-auto py-2 font-mono text-xs')}
      />
      <p id={`${id}-problem`} role="alert" className="break-words text-failed text-sm empty:hidden">
        {problem}
      </p>
      <Button className="mt-3" reason={text.trim() === '' ? 'Paste a config first' : null} onClick={accept}>
        Go on with this config
      </Button>
    </Card>
  );
}

type ReadConfig =
  | { readonly problem: string }
  | { readonly className: string; readonly document: ConfigDocument };

function readConfig(text: string, plugins: readonly PluginSummary[]): ReadConfig {
  const parsed = parseDocument(text);
  if (!parsed.ok) return { problem: parsed.message };
  const given = parsed.document['connector.class']?.trim();
  if (given === undefined) {
    return { problem: 'connector.class: the config does not say which connector it is for.' };
  }
  const plugin = plugins.find((one) => isClassOf(one, given));
  if (plugin === undefined) return { problem: `connector.class: this worker has no connector ${given}.` };
  const { className } = plugin;
  return { className, document: { ...parsed.document, 'connector.class': className } };
}

/** As Connect finds classes: full name, simple name, or simple name without its ending. */
function isClassOf({ className, simpleName }: PluginSummary, given: string): boolean {
  return given === className || given === simpleName || `${given}Connector` === simpleName;
}
