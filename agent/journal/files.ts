/** The few file operations a journal needs, over one flat directory. Errors are Node's, with their `code`. */
export interface Files {
  list(): string[];
  read(name: string): Buffer;
  /** Appends and syncs: on return the bytes survive a power cut. */
  append(name: string, bytes: Uint8Array): void;
  /** Creates or replaces a file atomically: write beside, sync, rename, sync the directory. */
  create(name: string, bytes: Uint8Array): void;
  /** Overwrites without syncing: may be torn or lost by a power cut. */
  put(name: string, bytes: Uint8Array): void;
  truncate(name: string, length: number): void;
  rename(from: string, to: string): void;
  remove(name: string): void;
}

export const TEMPORARY = '.tmp';
