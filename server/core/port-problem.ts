/** Why a port cannot be listened on, in words. `setting`: the one that names the port. Any other cause is returned as it is. */
import { problem } from './problem.ts';

export function portProblem(cause: unknown, setting: string, host: string, port: number): unknown {
  const { code } = cause as { code?: string };
  if (code === 'EADDRINUSE') {
    return problem('port_taken', `Port ${port} on ${host} is taken by another program.`, { where: setting, todo: `Stop that program, or choose another port: ${setting}=${port + 1}` });
  }
  if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
    return problem('port_refused', `This machine does not let us listen on ${host}:${port} (${code}).`, { where: setting, todo: 'Choose an address of this machine and a port above 1023.' });
  }
  return cause;
}
