/** What the technicians' guide is made of, in every language alike. */

export const SECTIONS = ['before', 'windows', 'debian', 'linux', 'gpo', 'offline', 'check', 'move', 'replace', 'reset', 'image', 'uninstall', 'collected'] as const;
export type SectionId = (typeof SECTIONS)[number];

/** `lines`: commands, typed as they stand; `notOk`: the table of what the status line may say; `never`: what the agent says it never collects. */
export type Block =
  | { readonly p: string }
  | { readonly steps: readonly string[] }
  | { readonly items: readonly string[] }
  | { readonly lines: readonly string[] }
  | { readonly note: string }
  | { readonly table: 'notOk' }
  | { readonly never: true };

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

/** A row that is to be filled in by hand has no value. */
export interface DeclarationRow {
  readonly what: string;
  readonly is: readonly string[] | null;
}

/** Why the last line of `cac-agent status` is not OK. */
export const NOT_OK = ['start', 'wait', 'revoked', 'unknown', 'upgrade', 'login', 'tls', 'network', 'server', 'disk', 'held', 'portal', 'proxy'] as const;
export type NotOk = (typeof NOT_OK)[number];

export interface Guide {
  readonly product: string;
  readonly language: string;
  readonly print: string;
  readonly contents: string;
  readonly tabs: { readonly guide: string; readonly notice: string; readonly declaration: string };
  readonly title: string;
  readonly intro: string;
  readonly sections: Readonly<Record<SectionId, Section>>;
  readonly says: string;
  readonly means: string;
  readonly notOk: Readonly<Record<NotOk, string>>;
  readonly noticeTitle: string;
  readonly noticeLead: string;
  readonly notice: readonly { readonly title: string; readonly text: string }[];
  readonly fill: { readonly controller: string; readonly contact: string; readonly number: string };
  readonly noticeFoot: string;
  readonly declarationTitle: string;
  readonly declarationIntro: string;
  readonly declaration: readonly DeclarationRow[];
}
