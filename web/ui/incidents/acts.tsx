/** What people do about an incident: take it, give it to somebody, file the carrier's ticket, write a note, pass it on, silence it. */
import type { IncidentOpened } from '@cac/shared/incidents.ts';
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { RequestError } from '../../api.ts';
import { incidentsApi } from '../../incidents-api.ts';
import { dateTime } from '../../i18n/format.ts';
import { nt } from '../../i18n/incidents/text.ts';
import { language } from '../../i18n/language.ts';
import { t } from '../../i18n/text.ts';
import { askedAct, hrefOf, now } from '../../state/store.ts';
import { areaName } from '../area-names.ts';
import { Confirm } from '../confirm.tsx';
import { Dialog } from '../dialog.tsx';
import { Icon } from '../icons.tsx';
import { useAnswer } from '../past/answer.ts';
import { SilenceForm, type SilenceScope } from './silence-form.tsx';
import { incidentError, worded } from './words.ts';
import { instantOfWall, wallText } from './wall-input.ts';

interface Act {
  incident: IncidentOpened;
  onDone: (incident: IncidentOpened) => void;
}

/** One act at a time; what is refused is said, and what succeeded shows. */
function useAct(onDone: (incident: IncidentOpened) => void): { busy: boolean; wrong: string | null; run: (act: () => Promise<IncidentOpened>) => Promise<boolean> } {
  const [busy, setBusy] = useState(false);
  const [wrong, setWrong] = useState<string | null>(null);
  const run = async (act: () => Promise<IncidentOpened>): Promise<boolean> => {
    setBusy(true);
    setWrong(null);
    try {
      onDone(await act());
      return true;
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setWrong(incidentError(failure));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, wrong, run };
}

const Wrong = ({ text }: { text: string | null }): JSX.Element | null =>
  text === null ? null : (
    <p class="field-error" role="alert">
      {text}
    </p>
  );

const QUICK = ['carrier', 'power', 'works', 'call'] as const;

export function Acknowledge({ incident, onDone }: Act): JSX.Element {
  const { busy, wrong, run } = useAct(onDone);
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const [giving, setGiving] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const { acknowledged, id } = incident;
  // A message's link leads to the box at once.
  useEffect(() => {
    if (askedAct.peek() !== 'acknowledge') return;
    askedAct.value = null;
    input.current?.focus();
    input.current?.scrollIntoView({ block: 'center' });
  }, []);
  if (acknowledged !== null) {
    return (
      <div class="act taken" data-testid="acknowledged">
        <p>
          <Icon name="check" size={16} /> <span>{nt('acknowledged_by', { by: acknowledged.by, at: dateTime(acknowledged.at) })}</span>
        </p>
        <p class="note-text" dir="auto">
          {acknowledged.reason}
        </p>
        <button type="button" class="button small" data-testid="unacknowledge" onClick={() => setGiving(true)}>
          {nt('unacknowledge')}
        </button>
        {giving && (
          <Confirm title={nt('unacknowledge_title')} text={nt('unacknowledge_text')} verb={nt('unacknowledge')} act={async () => onDone(await worded(incidentsApi.unacknowledge(id)))} onDone={() => setGiving(false)} onClose={() => setGiving(false)} />
        )}
      </div>
    );
  }
  const take = (event: Event): void => {
    event.preventDefault();
    if (reason.trim() === '') {
      setMissing(true);
      input.current?.focus();
      return;
    }
    void run(() => incidentsApi.acknowledge(id, reason.trim()));
  };
  return (
    <form class="act form" noValidate onSubmit={take} data-testid="acknowledge-form">
      <label class="field">
        <span>{nt('acknowledge_reason')}</span>
        <input ref={input} name="reason" dir="auto" maxLength={500} autocomplete="off" required aria-invalid={missing} value={reason} data-testid="acknowledge-reason" onInput={(event) => { setReason(event.currentTarget.value); setMissing(false); }} />
        {missing && (
          <small class="field-error" role="alert">
            {t('error_required')}
          </small>
        )}
      </label>
      <div class="quick">
        {QUICK.map((one) => (
          <button key={one} type="button" class="button small" onClick={() => { setReason(nt(`quick_${one}`)); setMissing(false); input.current?.focus(); }}>
            {nt(`quick_${one}`)}
          </button>
        ))}
      </div>
      <Wrong text={wrong} />
      <button class="button primary" disabled={busy} data-testid="acknowledge">
        {nt('acknowledge')}
      </button>
    </form>
  );
}

export function Assign({ incident, onDone }: Act): JSX.Element {
  const { busy, wrong, run } = useAct(onDone);
  const people = useAnswer('assignees', () => incidentsApi.assignees(incident.id)).value?.items ?? [];
  const { assignee } = incident;
  const listed = assignee === null || people.some((one) => one.id === assignee.id) ? people : [assignee, ...people];
  return (
    <div class="act">
      <label class="field">
        <span>{nt('assign')}</span>
        <select disabled={busy} value={assignee === null ? '' : String(assignee.id)} data-testid="assign" onChange={(event) => { const { value } = event.currentTarget; void run(() => incidentsApi.assign(incident.id, value === '' ? null : Number(value))); }}>
          <option value="">{nt('assign_nobody')}</option>
          {listed.map((one) => (
            <option key={one.id} value={String(one.id)}>
              {one.name}
            </option>
          ))}
        </select>
      </label>
      <Wrong text={wrong} />
    </div>
  );
}

export function Ticket({ incident, onDone }: Act): JSX.Element {
  const { busy, wrong, run } = useAct(onDone);
  const [ticket, setTicket] = useState(incident.ticket ?? '');
  const [promised, setPromised] = useState(incident.promisedAt === null ? '' : wallText(incident.promisedAt));
  const [saved, setSaved] = useState(false);
  // Somebody else's writing shows, too.
  useEffect(() => {
    setTicket(incident.ticket ?? '');
    setPromised(incident.promisedAt === null ? '' : wallText(incident.promisedAt));
  }, [incident.ticket, incident.promisedAt]);
  const late = incident.promisedAt !== null && incident.promisedAt < now.value && incident.state !== 'resolved';
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setSaved(await run(() => incidentsApi.ticket(incident.id, ticket.trim() || null, instantOfWall(promised))));
  };
  return (
    <form class="act form" noValidate onSubmit={(event) => void save(event)}>
      <div class="pair">
        <label class="field">
          <span>{nt('ticket_number')}</span>
          <input name="ticket" dir="auto" maxLength={60} autocomplete="off" value={ticket} data-testid="ticket" onInput={(event) => { setTicket(event.currentTarget.value); setSaved(false); }} />
        </label>
        <label class="field">
          <span>{nt('promised')}</span>
          <input type="datetime-local" name="promisedAt" value={promised} data-testid="promised" onInput={(event) => { setPromised(event.currentTarget.value); setSaved(false); }} />
        </label>
      </div>
      {late && <p class="tag late">{nt('promised_late')}</p>}
      <Wrong text={wrong} />
      <div class="act-line">
        <button class="button small" disabled={busy} data-testid="ticket-save">
          {nt('save')}
        </button>
        <span class="quiet" role="status">
          {saved && nt('saved')}
        </span>
      </div>
    </form>
  );
}

export function NoteForm({ incident, onDone }: Act): JSX.Element {
  const { busy, wrong, run } = useAct(onDone);
  const [text, setText] = useState('');
  const add = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (text.trim() !== '' && (await run(() => incidentsApi.note(incident.id, text.replaceAll(/\s+/g, ' ').trim())))) setText('');
  };
  return (
    <form class="act form" noValidate onSubmit={(event) => void add(event)}>
      <label class="field">
        <span>{nt('note')}</span>
        <textarea name="note" dir="auto" rows={2} maxLength={2000} value={text} data-testid="note" onInput={(event) => setText(event.currentTarget.value)} />
      </label>
      <Wrong text={wrong} />
      <button class="button small" disabled={busy || text.trim() === ''} data-testid="note-add">
        {nt('note_add')}
      </button>
    </form>
  );
}

/** The server writes the text, so that what is passed on is what its messages say. */
export function CopyText({ id }: { id: number }): JSX.Element {
  const [done, setDone] = useState(false);
  const [byHand, setByHand] = useState<string | null>(null);
  const [wrong, setWrong] = useState<string | null>(null);
  const copy = async (): Promise<void> => {
    setWrong(null);
    try {
      const { text } = await incidentsApi.text(id, language.value);
      // Off TLS browsers have no clipboard: the text is shown, to be copied by hand.
      const written = await (navigator.clipboard?.writeText(text) ?? Promise.reject(new Error())).then(() => true, () => false);
      if (!written) return setByHand(text);
      setDone(true);
      setTimeout(() => setDone(false), 2_500);
    } catch (failure) {
      if (!(failure instanceof RequestError)) throw failure;
      setWrong(incidentError(failure));
    }
  };
  return (
    <>
      <button type="button" class="button small" data-testid="copy-text" onClick={() => void copy()}>
        <Icon name={done ? 'check' : 'copy'} size={15} />
        <span aria-live="polite">{nt(done ? 'copied' : 'copy')}</span>
      </button>
      <Wrong text={wrong} />
      {byHand !== null && (
        <Dialog title={nt('copy_by_hand')} onClose={() => setByHand(null)} wide>
          <textarea class="copy-text" aria-label={nt('copy_by_hand')} rows={12} readOnly dir="auto" value={byHand} onFocus={(event) => event.currentTarget.select()} />
        </Dialog>
      )}
    </>
  );
}

/** Silences that this incident suggests: its site, its province, its carrier. */
export function SilenceShortcuts({ incident }: { incident: IncidentOpened }): JSX.Element | null {
  const [scope, setScope] = useState<SilenceScope | null>(null);
  const [saved, setSaved] = useState(false);
  const { site, group, members } = incident;
  const carrier = group?.by === 'carrier' ? group.key : site === null ? null : (members[0]?.site.carrier ?? null);
  const province = group?.by === 'province' ? group.key : (site?.province ?? null);
  const offers: [SilenceScope, string][] = [
    ...(site === null ? [] : [[{ kind: 'site', id: site.id }, nt('silence_site')] as [SilenceScope, string]]),
    ...(province === null ? [] : [[{ kind: 'province', id: province }, nt('silence_province', { name: areaName(province) })] as [SilenceScope, string]]),
    ...(carrier === null ? [] : [[{ kind: 'carrier', id: carrier }, nt('silence_carrier', { name: carrier })] as [SilenceScope, string]]),
  ];
  if (offers.length === 0) return null;
  return (
    <div class="act">
      <p class="act-title">{nt('silence_this')}</p>
      <div class="quick">
        {offers.map(([one, text]) => (
          <button key={one.kind} type="button" class="button small" data-testid={`silence-${one.kind}`} onClick={() => { setScope(one); setSaved(false); }}>
            {text}
          </button>
        ))}
      </div>
      <p role="status">{saved && <a href={hrefOf({ view: 'silences' })}>{nt('saved')}</a>}</p>
      {scope !== null && <SilenceForm scope={scope} onDone={() => { setScope(null); setSaved(true); }} onClose={() => setScope(null)} />}
    </div>
  );
}
