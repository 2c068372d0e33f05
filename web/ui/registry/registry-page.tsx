/** The registry's page: a file is imported, imports are taken back, communes and programmes are kept, all is exported. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { rt } from '../../i18n/registry/text.ts';
import { exportPath } from '../../registry-api.ts';
import { exportQueryOf } from '../../state/export-query.ts';
import { NO_FILTER } from '../../state/filter.ts';
import { filter, mayEdit } from '../../state/store.ts';
import { CommunesCard } from './communes-card.tsx';
import { ImportList } from './import-list.tsx';
import { ImportWizard } from './import-wizard.tsx';
import { ProgrammesCard } from './programmes-card.tsx';

export function RegistryPage(): JSX.Element {
  const [version, setVersion] = useState(0);
  const changed = (): void => setVersion(version + 1);
  const { region, province, zone, text } = filter.value;
  const areaQuery = exportQueryOf({ ...NO_FILTER, region, province, zone, text }, null);
  return (
    <div class="calendar registry" data-testid="registry">
      <header class="calendar-head">
        <div>
          <h1>{rt('title')}</h1>
          <p class="quiet">{rt('intro')}</p>
        </div>
      </header>
      <div class="calendar-cards">
        {mayEdit.value ? <ImportWizard onImported={changed} /> : <p class="card wide quiet">{rt('not_allowed')}</p>}
        {mayEdit.value && <ImportList version={version} onUndone={changed} />}
        <div class="registry-side">
          <section class="card" data-testid="exports">
            <header class="card-head">
              <h2>{rt('exports')}</h2>
            </header>
            <p class="quiet">{rt('export_text')}</p>
            <p class="panel-acts">
              <a class="button" href={exportPath('sites', exportQueryOf(filter.value, 'csv'))} download data-testid="export-sites">
                {rt('export_sites')}
              </a>
              <a class="button" href={exportPath('sites', exportQueryOf(filter.value, 'geojson'))} download>
                {rt('export_geojson')}
              </a>
              <a class="button" href={exportPath('communes', areaQuery)} download data-testid="export-communes">
                {rt('export_communes')}
              </a>
            </p>
          </section>
          <ProgrammesCard />
        </div>
        <CommunesCard version={version} mayEdit={mayEdit.value} onChange={changed} />
      </div>
    </div>
  );
}
