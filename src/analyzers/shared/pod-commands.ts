import type { Failure } from '../../analyzer.ts';
import type { Cluster } from '../../cluster.ts';
import { Node } from '../../kinds/node.ts';
import type { Pod } from '../../kinds/pod.ts';
import { clip } from '../../words.ts';
import type { Container, Terminated } from './pod-containers.ts';
import { podFailure } from './pod-problems.ts';
import { atThisMoment, stopEvidence, stopValues } from './pod-stops.ts';
import { sentence } from './wording.ts';

/** Reasons of containers that the runtime could not create or start (kubelet, and the CRI of containerd and CRI-O). */
const BY_RUNTIME = /^(?:StartError|ContainerCannotRun|RunContainerError|CreateContainerError)$/;

/** How runc, crun and hcsshim begin what they say of the program itself, and not of a mount or a folder. */
const OF_PROGRAM =
  /\bexec(?:: \\?["'`]| container process|ve\b| \/| user process)|fork\/exec|open executable|executable file|CreateProcess|no command specified/;

/** The last words of a runtime that had started the container, but could not start the program in it. */
const LAST_WORDS =
  /^(?:standard_init_linux\.go\S* )?exec (?:\S+|user process caused):? "?(?:no such file or directory|permission denied|operation not permitted|exec format error)"?\s*$/im;

const WRONG_FORMAT = /exec format error/i;
const NOT_ALLOWED = /permission denied|is a directory|not an executable|operation not permitted/i;
const NOT_THERE = /no such file or directory|not found|cannot find|no command specified/i;
const LIBRARY = /error while loading shared libraries: ([^\s:]+)|Error loading shared library ([^\s:]+)/;

const SHELL_CANNOT_RUN = 126;
const SHELL_CANNOT_FIND = 127;

type CommandProblem = 'CommandNotFound' | 'CommandNotExecutable' | 'ImageArchitecture';

/** A container whose command cannot be run: the runtime says so, or a shell does with exit code 126 or 127. */
export function commandFailure(
  pod: Pod,
  container: Container,
  ended: Terminated,
  cluster: Cluster,
): Failure | undefined {
  const problem = problemOf(ended);
  if (problem === 'ImageArchitecture') return wrongArchitecture(pod, container, ended, cluster);
  if (problem === 'CommandNotExecutable') return notExecutable(pod, container, ended);
  return problem && notFound(pod, container, ended);
}

function problemOf({ exitCode, message = '', reason = '' }: Terminated): CommandProblem | undefined {
  // Of a mount that fails, too, Docker says 127.
  if (BY_RUNTIME.test(reason) && message) return OF_PROGRAM.test(message) ? meaningOf(message) : undefined;
  const [lastWords] = LAST_WORDS.exec(message) ?? [];
  return exitCode && lastWords ? meaningOf(lastWords) : byShell(exitCode, message);
}

/** What a shell says with its exit code; a program for another processor is "cannot execute binary file" to it. */
function byShell(exitCode: number | undefined, message: string): CommandProblem | undefined {
  if (exitCode === SHELL_CANNOT_RUN) return WRONG_FORMAT.test(message) ? 'ImageArchitecture' : 'CommandNotExecutable';
  return exitCode === SHELL_CANNOT_FIND ? 'CommandNotFound' : undefined;
}

function meaningOf(words: string): CommandProblem | undefined {
  if (WRONG_FORMAT.test(words)) return 'ImageArchitecture';
  if (NOT_ALLOWED.test(words)) return 'CommandNotExecutable';
  return NOT_THERE.test(words) ? 'CommandNotFound' : undefined;
}

function notFound(pod: Pod, container: Container, ended: Terminated): Failure {
  const { name } = container;
  const { message = '' } = ended;
  if (/no command specified/.test(message)) {
    return commandProblem(pod, container, ended, {
      problem: 'CommandNotFound',
      headline: `names no command for container ${name}, and neither does its image`,
      meaning: 'neither the manifest nor the image names one',
    });
  }
  const library = LIBRARY.exec(message)?.slice(1).find(Boolean);
  return commandProblem(pod, container, ended, {
    problem: 'CommandNotFound',
    headline: library
      ? `starts a program in container ${name} whose library ${library} its image does not have`
      : `starts a command in container ${name} that its image does not have`,
    meaning: library ? `its library ${library} is not there` : 'it is not there',
  });
}

function notExecutable(pod: Pod, container: Container, ended: Terminated): Failure {
  const isFolder = /is a directory/i.test(ended.message ?? '');
  return commandProblem(pod, container, ended, {
    problem: 'CommandNotExecutable',
    headline: isFolder
      ? `starts a command in container ${container.name} that is a directory`
      : `starts a command in container ${container.name} that may not be executed`,
    meaning: isFolder
      ? 'it is a directory'
      : 'it is there, but it cannot be executed; its file mode, the user of the container or a volume mounted with noexec forbids it',
  });
}

function commandProblem(
  pod: Pod,
  container: Container,
  ended: Terminated,
  about: { problem: CommandProblem; headline: string; meaning: string },
): Failure {
  const { name, image, spec } = container;
  const { exitCode, message, reason } = ended;
  const command = clip([...(spec?.command ?? []), ...(spec?.args ?? [])].join(' '), 120);
  const code = exitCode === undefined ? '' : `, exit code ${exitCode}`;
  const says = message ? ` The message: ${sentence(message)}` : '';
  return podFailure(pod, about.problem, {
    headline: about.headline,
    text: `Container ${name} cannot run its command${command && ` "${command}"`} in image ${image}: ${about.meaning} (${reason || 'Error'}${code}).${says}${atThisMoment(container)}`,
    evidence: stopEvidence(pod, container, ended),
    values: { ...stopValues(pod, container, ended), command: command || "the image's own" },
    sensitive: [image],
    about: name,
  });
}

function wrongArchitecture(pod: Pod, container: Container, ended: Terminated, cluster: Cluster): Failure {
  const { name, image } = container;
  const node = pod.spec?.nodeName ?? 'unknown';
  const { status, metadata } = cluster.get(Node, node) ?? {};
  const architecture = status?.nodeInfo?.architecture ?? metadata?.labels?.['kubernetes.io/arch'];
  const is = architecture ? `, which is ${architecture}` : '';
  return podFailure(pod, 'ImageArchitecture', {
    headline: `is built for another processor than that of the ${architecture ? `${architecture} ` : ''}nodes`,
    text: `Container ${name} cannot start (${ended.reason || 'Error'}): image ${image} is built for another processor than that of node ${node}${is}. The message: ${sentence(ended.message)}${atThisMoment(container)}`,
    evidence: stopEvidence(pod, container, ended),
    values: { ...stopValues(pod, container, ended), registry: '', node: pod.spec?.nodeName ?? '' },
    sensitive: [image],
    causes: [{ ref: { kind: 'Image', name: image }, certain: true }],
    about: name,
  });
}

/** A container that the runtime could not start, for another reason than its command. */
export function startErrorFailure(pod: Pod, container: Container, ended: Terminated): Failure | undefined {
  const { reason = '', message } = ended;
  if (!BY_RUNTIME.test(reason) || !message) return undefined;
  const { name, image } = container;
  return podFailure(pod, 'ContainerStartFailed', {
    headline: `cannot start container ${name} (${reason})`,
    text: `Container ${name} cannot start (${reason}, exit code ${ended.exitCode ?? 'unknown'}). ${sentence(message)}${atThisMoment(container)}`,
    evidence: stopEvidence(pod, container, ended),
    values: stopValues(pod, container, ended),
    sensitive: [image],
    about: name,
  });
}
