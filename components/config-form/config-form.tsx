'use client';

import { useEffect, useRef, useState } from 'react';
import type { ConfigFormAnswer } from '../../server/entities/console-plugin.ts';
import { classes } from '../ui/classes.ts';
import { Notice } from '../ui/notice.tsx';
import { Segmented } from '../ui/segmented.tsx';
import type { ConfigDocument } from './config-document.ts';
import { DocumentPane } from './document-pane.tsx';
import { ErrorSummary } from './error-summary.tsx';
import { FieldPane } from './field-pane.tsx';
import { findUnknownKeys } from './lint-keys.ts';
import { SubmitBar } from './submit-bar.tsx';
import { useConfigDocument } from './use-config-document.ts';
import { useValidation } from './use-validation.ts';

export interface ConfigFormProps {
  readonly className: string;
  readonly pluginTitle: string;
  /** Name of the connector that is edited; null: it is a new one. */
  readonly connector: string | null;
  /** What "changed" is measured against. */
  readonly original: ConfigDocument;
  readonly initialDocument: ConfigDocument;
  /** Validation of `original`. */
  readonly initialAnswer: ConfigFormAnswer;
  readonly submitLabel: string;
  readonly onSubmit: (document: ConfigDocument) => Promise<void>;
}

const panes = [
  { value: 'form', label: 'Form' },
  { value: 'text', label: 'Text' },
] as const;

/** Form and text of one document, validated as it changes. Knows kinds of keys and no connector by name. */
export function ConfigForm(props: ConfigFormProps) {
  const { className, pluginTitle, connector, original, initialAnswer, submitLabel, onSubmit } = props;
  const edited = useConfigDocument(props.initialDocument);
  const { document, setValue } = edited;
  const validation = useValidation(className, connector, document, {
    document: original,
    answer: initialAnswer,
  });
  const { answer } = validation;
  const [touched, setTouched] = useState<ReadonlySet<string>>(new Set());
  const [isAllShown, setIsAllShown] = useState(connector !== null);
  const [pane, setPane] = useState<'form' | 'text'>('form');
  const [attempts, setAttempts] = useState(0);
  const summary = useRef<HTMLElement>(null);

  // Where to go on after a try that failed; nothing moves under somebody who is still typing.
  useEffect(() => {
    if (attempts > 0) summary.current?.focus();
  }, [attempts]);

  // A new form does not begin with red fields: an error shows once its field was left, or after a try to save.
  const errors = Object.entries(answer.values)
    .filter(([key, { errors: messages }]) => {
      return messages.length > 0 && (isAllShown || touched.has(key) || Object.hasOwn(document, key));
    })
    .map(([key, { errors: messages }]) => ({ key, messages }));
  const unknown = findUnknownKeys(Object.keys(document), new Set(answer.fields.map(({ name }) => name)));

  function touch(key: string): void {
    if (!touched.has(key)) setTouched(new Set([...touched, key]));
  }

  return (
    <div>
      {attempts > 0 && errors.length > 0 && (
        <section
          ref={summary}
          tabIndex={-1}
          aria-label="Settings that need a look"
          className="mb-4 scroll-mt-20 outline-none"
        >
          <ErrorSummary errors={errors} fields={answer.fields} />
        </section>
      )}
      <div className="mb-3 xl:hidden">
        <Segmented label="Edit as" options={panes} value={pane} onChange={setPane} />
      </div>
      <div className="grid items-start gap-4 xl:grid-cols-[minmax(0,1fr)_minmax(22rem,26rem)]">
        <div className={classes('min-w-0', pane === 'text' && 'hidden xl:block')}>
          {edited.textError !== null && (
            <Notice kind="warning" title="The text is not complete" className="mb-3">
              The form shows the last good state. {edited.textError}
            </Notice>
          )}
          <FieldPane
            answer={answer}
            document={document}
            original={original}
            pluginTitle={pluginTitle}
            isEditing={connector !== null}
            errors={errors}
            unknown={unknown}
            onChange={setValue}
            onRename={edited.renameKey}
            onTouched={touch}
          />
        </div>
        <div className={classes('min-w-0 xl:sticky xl:top-20', pane === 'form' && 'hidden xl:block')}>
          <DocumentPane
            text={edited.text}
            textError={edited.textError}
            unknown={unknown}
            onChange={edited.setText}
          />
        </div>
      </div>
      <SubmitBar
        label={submitLabel}
        document={document}
        original={original}
        validation={validation}
        textError={edited.textError}
        isNew={connector === null}
        onRefused={() => {
          setIsAllShown(true);
          setAttempts((count) => count + 1);
        }}
        onSubmit={onSubmit}
      />
    </div>
  );
}
