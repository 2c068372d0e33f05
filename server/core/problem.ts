/** The one error class: something a person can meet, with a code, where it is, and what to do. */
export interface ProblemInfo {
  code: string;
  message: string;
  /** The field, row, file or setting that is wrong. */
  where?: string | undefined;
  /** The next step for whoever reads this. */
  todo?: string | undefined;
  /** Seconds after which it is worth trying again. */
  retryAfterS?: number | undefined;
}

export class Problem extends Error {
  readonly info: ProblemInfo;

  constructor(info: ProblemInfo) {
    super(info.message);
    this.name = 'Problem';
    this.info = info;
  }
}

export const problem = (code: string, message: string, rest: { where?: string; todo?: string; retryAfterS?: number } = {}): Problem =>
  new Problem({ code, message, ...rest });
