/** Names of backups, and which of them are to go. Pure. */

/** `constat-20261121T130405Z.backup`. `at`: ms UTC. */
export const backupName = (at: number): string => `constat-${new Date(at).toISOString().replace(/[-:]|\.\d+/g, '')}.backup`;

const OURS = /^constat-\d{8}T\d{6}Z\.backup$/;
export const isBackupName = (name: string): boolean => OURS.test(name);

/** All but the `keep` newest of ours; whatever else lies there is nobody's business. */
export const toRemove = (names: readonly string[], keep: number): string[] => names.filter(isBackupName).toSorted().toReversed().slice(keep);
