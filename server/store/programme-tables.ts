/** The tables of the programme as Kysely sees them: territory, plan, what people say of sites, what they import and what was sent. See tables.ts. */
import type { Generated } from 'kysely';

interface SourceJson {
  /** JSON of shared/api.ts `Source`. */
  source: string;
}

interface Named {
  name_fr: string;
  name_ar: string;
  name_en: string;
}

/** Rows that are replaced by newer ones, not changed. */
interface Written {
  author: string;
  written_at: number;
  replaced_at: number | null;
}

export interface ProgrammeTables {
  regions: { code: string; name_fr: string; name_ar: string };
  provinces: { code: string; region: string; name_fr: string; name_ar: string };
  /** `kind`: which rule of service its sites follow. `by_file`: shipped with the product. */
  programmes: Named & { code: string; kind: string; by_file: number };
  targets: SourceJson & {
    programme: string;
    indicator: string;
    year: number;
    value: number;
    unit: string;
    base_year: number | null;
    base_value: number | null;
  };
  /** Zone '' is the country. */
  zone_figures: SourceJson & { zone: string; year: number; households: number; home_internet: number; literacy: number; corrected: number | null };
  csp_figures: SourceJson & {
    csp: string;
    year: number;
    income_from: number | null;
    income_to: number | null;
    households: number;
    dense: number | null;
    moderate: number | null;
    grey_white: number | null;
    home_internet: number;
    literacy: number;
    corrected: number;
  };
  communes: CommuneTable;
  registry_changes: RegistryChangeTable;
  imports: ImportTable;
  attestations: AttestationTable;
  visits: VisitTable;
  stuck_causes: Named & { code: string; place: number; retired: number };
  dated_settings: Written & { id: Generated<number>; key: string; from_day: string; value: string; note: string };
  milestones: Written & { id: Generated<number>; programme: string; indicator: string; year: number; region: string; zone: string; value: number; source: string; note: string };
  indicators: Named & { code: string; unit: string; base_year: number | null; base_value: number | null; target_year: number | null; target_value: number | null; source: string };
  indicator_values: Written & { id: Generated<number>; indicator: string; day: string; value: number; source: string };
  issued_reports: { no: Generated<number>; month: string; region: string; issued_at: number; data_as_of: number; author: string; digest: string; body: string };
}

export interface CommuneTable {
  code: string;
  region: string;
  province: string;
  name_fr: string;
  name_ar: string;
  zone: string | null;
  households: number;
  /** Share of its households with Internet at home, 0 to 1; null where only the plan's rates are known. */
  online_share: number | null;
  /** JSON `{"A": 0.03, ...}`: shares of its households; null where not known. */
  csp: string | null;
  lat: number | null;
  lon: number | null;
  year: number;
  source: string;
  search: string;
  demo: number;
  written_at: number;
  written_by: string;
}

export interface RegistryChangeTable {
  id: Generated<number>;
  at: number;
  author: string;
  subject_kind: string;
  subject_id: string;
  act: string;
  before: string | null;
  after: string | null;
  import_id: number | null;
}

export interface ImportTable {
  id: Generated<number>;
  at: number;
  author: string;
  kind: string;
  file_name: string;
  digest: string;
  rows: number;
  added: number;
  changed: number;
  unchanged: number;
  undone_at: number | null;
  undone_by: string | null;
}

/** Somebody's word about a site, on a day. */
export interface AttestationTable {
  id: Generated<number>;
  site_id: string;
  kind: string;
  day: string;
  value: string | null;
  source: string;
  author: string;
  note: string;
  recorded_at: number;
  import_id: number | null;
  visit_id: number | null;
  withdrawn_at: number | null;
  withdrawn_by: string | null;
}

export interface VisitTable {
  id: Generated<number>;
  site_id: string;
  day: string;
  /** A function (technician, inspector), never a person. */
  by_function: string;
  pcs_found: number | null;
  pcs_working: number | null;
  telephone: string | null;
  note: string;
  author: string;
  recorded_at: number;
  withdrawn_at: number | null;
  withdrawn_by: string | null;
}
