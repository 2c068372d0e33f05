/** What an agent may be asked to do, how far it got, and its own log when it has sent it. */
import type { Machine } from '@cac/shared/api.ts';
import type { AgentLog, Command, CommandKind, MachineField } from '@cac/shared/field.ts';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { ft } from '../../i18n/field/text.ts';
import { ago, dateTime } from '../../i18n/format.ts';
import { now } from '../../state/store.ts';
import { Dialog } from '../dialog.tsx';
import { fieldApi } from './api.ts';
import { fieldError } from './words.ts';

/** The schemas themselves would bring the validators into the page; a word too many or too few does not compile. */
const KINDS = Object.keys({ report_now: true, rotate_secret: true, send_log: true } satisfies Record<CommandKind, true>) as CommandKind[];

const since = (at: number): string => ago(at, Math.max(now.value, at));
const progress = ({ sentAt, doneAt }: Command): string => (doneAt !== null ? ft('command_done', { ago: since(doneAt) }) : sentAt !== null ? ft('command_sent', { ago: since(sentAt) }) : ft('command_waits'));

export function Commands({ machine, field, onChange }: { machine: Machine; field: MachineField; onChange: () => void }): JSX.Element {
  const [error, setError] = useState<RequestError | null>(null);
  const [busy, setBusy] = useState<CommandKind | null>(null);
  const [log, setLog] = useState<AgentLog | null>(null);
  const told = <T,>(act: Promise<T>, done: (value: T) => void): void => {
    setError(null);
    void act.then(done, (failure: unknown) => {
      if (!(failure instanceof RequestError)) throw failure;
      setError(failure);
    }).finally(() => setBusy(null));
  };
  const ask = (kind: CommandKind): void => {
    setBusy(kind);
    told(fieldApi.command(machine.id, kind), onChange);
  };
  return (
    <div class="commands">
      <h4>{ft('commands')}</h4>
      <div class="command-buttons">
        {KINDS.map((kind) => (
          <button key={kind} type="button" class="button small" disabled={busy !== null} data-testid={`command-${kind}`} onClick={() => ask(kind)}>
            {ft(`command_${kind}`)}
          </button>
        ))}
      </div>
      {error !== null && (
        <p class="field-error" role="alert">
          {fieldError(error)}
        </p>
      )}
      {field.commands.length > 0 && (
        <ul class="command-list" aria-live="polite">
          {field.commands.map((command) => (
            <li key={command.id} data-testid="command" data-done={command.doneAt !== null}>
              <b>{ft(`command_${command.kind}`)}</b>
              <span>{progress(command)}</span>
              <small class="quiet">{ft('command_by', { who: command.askedBy, ago: since(command.askedAt) })}</small>
            </li>
          ))}
        </ul>
      )}
      {field.logAt !== null && (
        <button type="button" class="link" data-testid="log-open" onClick={() => told(fieldApi.log(machine.id), setLog)}>
          {ft('log_open', { ago: since(field.logAt) })}
        </button>
      )}
      {log !== null && (
        <Dialog title={`${ft('log')} · ${machine.name}`} onClose={() => setLog(null)} testId="log-dialog" wide>
          <p class="quiet">
            {ft('log_text')} {dateTime(log.at)}
          </p>
          <pre class="agent-log" dir="ltr" tabIndex={0}>
            {log.text}
          </pre>
        </Dialog>
      )}
    </div>
  );
}
