/** A report's body, the same on screen and on paper: deployment, availability, lost time, what holds sites up, what comes next. */
import type { ReportBody } from '@cac/shared/report.ts';
import type { ComponentChildren, JSX } from 'preact';
import { hours, number, percent } from '../../i18n/format.ts';
import { language } from '../../i18n/language.ts';
import { isReportsKey, rt } from '../../i18n/reports/text.ts';
import { areaName } from '../area-names.ts';
import { Bar, BarLegend, ratioText } from '../past/bar.tsx';
import { programmeName } from '../programme-name.ts';
import { interruptionName } from './interruptions.ts';
import { dayName, monthName } from './words.ts';

/** Fewer lines than this in a table of lost time: the rest is small. */
const LOST_SHOWN = 12;

const signed = (n: number): string => (n > 0 ? `+${number(n)}` : number(n));
const placeName = (area: string): string => (area === '' ? rt('area_none') : areaName(area));

/** Shares of time as percents, all else as it is. */
const ruleText = ({ key, value }: ReportBody['thresholds'][number]): string =>
  rt(`rule_${key}`, Object.fromEntries(Object.entries(value).map(([name, n]) => [name, SHARES.has(name) ? percent(n) : number(n)])));
const SHARES: ReadonlySet<string> = new Set(['connected', 'observability', 'share']);

function Table({ caption, heads, children }: { caption: string; heads: readonly string[]; children: ComponentChildren }): JSX.Element {
  return (
    <div class="table-box" tabIndex={0} role="region" aria-label={caption}>
      <table class="sheet-table">
        <caption class="hidden">{caption}</caption>
        <thead>
          <tr>
            {heads.map((head, i) => (
              <th key={head} scope="col" class={i === 0 ? '' : 'numeric'}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function Deployment({ body }: { body: ReportBody }): JSX.Element {
  const heads = [rt('programme'), rt('target', { year: body.programmes[0]?.targetYear ?? '' }), rt('declared'), rt('proven'), rt('complete'), rt('gap')];
  return (
    <section>
      <h2>{rt('deployment')}</h2>
      <Table caption={rt('deployment')} heads={heads}>
        {body.programmes.map((row) => (
          <tr key={row.programme} data-testid={`report-${row.programme}`}>
            <th scope="row">{programmeName(row.programme)}</th>
            <td class="numeric">{row.target === null ? rt('target_none') : number(row.target)}</td>
            <td class="numeric">
              {number(row.declared)} <small class="quiet">({rt('over_month', { n: signed(row.declared - row.declaredBefore) })})</small>
            </td>
            <td class="numeric">
              <b>{number(row.proven)}</b> <small class="quiet">({rt('over_month', { n: signed(row.proven - row.provenBefore) })})</small>
            </td>
            <td class="numeric">{number(row.complete)}</td>
            <td class="numeric">{row.target === null ? '–' : number(row.target - row.proven)}</td>
          </tr>
        ))}
      </Table>
      <h3>{rt('rule')}</h3>
      <ul class="sheet-list quiet">
        {body.thresholds.map((rule) => (
          <li key={rule.key}>
            {ruleText(rule)} ({rt('rule_from', { from: dayName(rule.fromDay) })})
          </li>
        ))}
      </ul>
      <h3>{body.region === '' ? rt('by_region') : rt('by_province')}</h3>
      <Table caption={rt('area')} heads={[rt('area'), rt('programme'), rt('registered'), rt('declared'), rt('proven'), rt('complete')]}>
        {body.areas.map((row) => (
          <tr key={`${row.area} ${row.programme}`}>
            <th scope="row">{placeName(row.area)}</th>
            <td class="numeric">{programmeName(row.programme)}</td>
            <td class="numeric">{number(row.registered)}</td>
            <td class="numeric">{number(row.declared)}</td>
            <td class="numeric">{number(row.proven)}</td>
            <td class="numeric">{number(row.complete)}</td>
          </tr>
        ))}
      </Table>
    </section>
  );
}

function Availability({ lines }: { lines: ReportBody['availability'] }): JSX.Element {
  const [total, ...areas] = lines;
  return (
    <section>
      <h2>{rt('availability')}</h2>
      {total === undefined || total.measured === 0 ? (
        <p class="quiet">{rt('availability_none')}</p>
      ) : (
        <>
          <Bar sums={total.sums} />
          <BarLegend sums={total.sums} />
          <Table caption={rt('availability')} heads={[rt('area'), rt('service'), rt('link'), rt('opening'), rt('observability'), rt('measured')]}>
            {[total, ...areas.filter((line) => line.measured > 0)].map((line, i) => (
              <tr key={line.area} data-testid={i === 0 ? 'report-availability' : undefined}>
                <th scope="row">{i === 0 ? '∑' : placeName(line.area)}</th>
                <td class="numeric">{ratioText(line.ratios.service)}</td>
                <td class="numeric">{ratioText(line.ratios.link)}</td>
                <td class="numeric">{ratioText(line.ratios.opening)}</td>
                <td class="numeric">{ratioText(line.ratios.observability)}</td>
                <td class="numeric">
                  {number(line.measured)} / {number(line.sites)}
                </td>
              </tr>
            ))}
          </Table>
        </>
      )}
    </section>
  );
}

function LostTime({ rows }: { rows: ReportBody['interruptions'] }): JSX.Element {
  return (
    <section>
      <h2>{rt('interruptions')}</h2>
      {rows.length === 0 ? (
        <p class="quiet">{rt('interruptions_none')}</p>
      ) : (
        <Table caption={rt('interruptions')} heads={[rt('cause'), rt('time'), rt('sites')]}>
          {rows.slice(0, LOST_SHOWN).map(({ verdict, cause, ms, sites }) => (
            <tr key={`${verdict} ${cause}`}>
              <th scope="row">{interruptionName(verdict, cause)}</th>
              <td class="numeric">{hours(ms)}</td>
              <td class="numeric">{number(sites)}</td>
            </tr>
          ))}
        </Table>
      )}
    </section>
  );
}

function NextSteps({ body }: { body: ReportBody }): JSX.Element {
  return (
    <section>
      <h2>{rt('causes')}</h2>
      {body.causes.length === 0 && <p class="quiet">{rt('causes_none')}</p>}
      <ul class="sheet-list">
        {body.causes.map(({ programme, cause, names, sites }) => (
          <li key={`${programme} ${cause}`}>
            <b>{number(sites)}</b> {programmeName(programme)} · {names?.[language.value] ?? cause}
          </li>
        ))}
      </ul>
      <h2>{rt('next')}</h2>
      {body.work.length === 0 && <p class="quiet">{rt('next_none')}</p>}
      <ul class="sheet-list">
        {body.work.map(({ reason, sites }) => {
          const key = `n_${reason}`;
          return (
            <li key={reason}>
              <b>{number(sites)}</b> {isReportsKey(key) ? rt(key) : reason}
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** `head`: the lines under its title. */
export function ReportSheet({ body, head }: { body: ReportBody; head: ComponentChildren }): JSX.Element {
  const sources = new Map(body.programmes.flatMap(({ source }) => (source === null ? [] : [[source.title, source]])));
  return (
    <article class="sheet" data-testid="report-sheet">
      <header class="sheet-head">
        <h1>{rt('report_of', { month: monthName(body.month) })}</h1>
        <p>
          <b>{body.region === '' ? rt('whole_country') : areaName(body.region)}</b> · {rt('period', { from: dayName(body.from), to: dayName(body.to) })}
        </p>
        {head}
        {body.demo && <p class="demo-badge inline">{rt('demo')}</p>}
      </header>
      <Deployment body={body} />
      <Availability lines={body.availability} />
      <LostTime rows={body.interruptions} />
      <NextSteps body={body} />
      <footer class="quiet">
        <h2>{rt('sources')}</h2>
        {[...sources.values()].map((source) => (
          <p key={source.title}>
            <cite dir="auto">{rt('source_line', { title: source.title, year: String(source.year) })}</cite>
          </p>
        ))}
      </footer>
    </article>
  );
}
