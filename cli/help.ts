/** What `--help` says beyond arguments and options. */

export const overview = `
Where it connects:
  Without any of these options it finds the platform that runs on this machine (\`make dev\`).
  With --stage, --profile or --region it goes to AWS, with the credentials of your AWS CLI.

Examples:
  nova chat 'When do we sail?'            ask the agent
  nova transcribe talk.mp3                who said what, how and when
  nova search 'the lamp is lit'           where that is said or shown, to the second
  nova events tail                        what happens on this machine, as it happens
  nova verify                             is what the API shows what the events say?
  nova redrive                            what failed, and why
  nova verify --stage prod --profile ops  the same question of production on AWS

It exits with 0 when all is well, 1 when it found problems, 2 when it could not do what you asked.
\`nova <command> --help\` explains a command; docs/operations.md says what to do when something is wrong.`;

export const chat = `
At a terminal without a message it is a conversation: /new begins a new session, /exit or Ctrl-D ends it. Ctrl-C stops an
answer. The reply goes to standard output and all else to standard error, so a pipe gets the reply alone; with --json it is
the whole answer as the API gives it.

NOVA_API_URL (with /v1) and NOVA_API_KEY, where they are set, say which API it is: for whoever has no AWS account.

Examples:
  nova chat 'When was the lighthouse automated?'
  nova chat --session 0198f7a2-… 'And who kept it?'    goes on where that one ended
  nova chat --content 0198f7a2-… 'Analyse this video.' looks at this first
  git diff | nova chat --json | jq .citations          standard input is the message
  nova chat                                            a conversation`;

export const upload = `
Each file is checked on its way and on arrival; large ones go in parts, side by side. What happens with a file then is a
setting of the stage: by itself, recordings are transcribed, videos analysed, documents and pictures indexed.

Examples:
  nova upload minutes.pdf talk.mp3
  nova upload --type text/plain NOTES
  nova upload *.wav --json | jq -r '.items[].contentId'`;

export const transcribe = `
WAV, MP3, FLAC, Ogg with Opus, M4A and the sound of MP4, up to two hours. Ctrl-C cancels the job.

Examples:
  nova transcribe talk.mp3
  nova transcribe talk.mp3 --language de --format srt > talk.srt
  nova transcribe 0198f7a2-… --json | jq -r '.segments[].text'`;

export const analyze = `
Examples:
  nova analyze yard.mp4
  nova analyze yard.mp4 --question 'Who opens the gate?' --detect anomalies
  nova analyze 0198f7a2-… --json | jq .scenes`;

export const search = `
Examples:
  nova search 'when was the lighthouse automated'
  nova search 'the budget' --kind audio --speaker speaker-2 --top 3
  nova search --like 0198f7a2-…                        what resembles this content`;

export const reindex = `
A few items at a time. Stop it with Ctrl-C and run it again whenever you like: what is found meanwhile stays what it was
until it is replaced. It exits with 1 when something could not be indexed.

Examples:
  nova reindex
  nova reindex --content 0198f7a2-…`;

export const events = `
Examples:
  nova events list                                     which streams there are
  nova events show 'x1y2z3#content#0198f7a2-…'         all that happened to one upload
  nova events tail --type JobFailed                    jobs that fail, as they do`;

export const list = `
Examples:
  nova events list --aggregate job                     jobs only
  nova events list --tenant x1y2z3 --limit 10          ten streams of one API key
  nova events list --json | jq -r '.streams[].stream'  names, for a script`;

export const show = `
A stream's name holds the tenant (an API key's id), what it is a history of, and whose. Values that were encrypted for
being personal are shown as \`sealed\`. An event this build cannot read is shown with the reason; the exit code is 1 then.

Examples:
  nova events show 'x1y2z3#job#0198f7a2-…'
  nova events show 'x1y2z3#job#0198f7a2-…' --from 120  without the first 119
  nova events show 'x1y2z3#job#0198f7a2-…@120'         the same, as reports name an event`;

export const tail = `
Examples:
  nova events tail
  nova events tail --aggregate session --tenant x1y2z3
  nova events tail --json | jq -c '[.type, .version]'  a JSON document a line`;

export const verify = `
Rows are written a moment after events: on a busy platform, what was on its way may differ once. Run it again then.

Examples:
  nova verify                                          exit code 0: all rows are right
  nova verify --json | jq .differences                 for a script`;

export const redrive = `
Three kinds of things wait here:
  parked commit    the projector could not read it, so it put it aside with those behind it
  discarded batch  Lambda gave up on these commits after its last retry
  dead letter      an event that its function never took, or gave up on
An unknown object in the failure bucket is none of these: it is shown, and left for you to look at.

A commit is read from the event store again, so deploy what can read it first. Nothing is forgotten before it has gone
well; to put back the same thing twice does no harm.

Examples:
  nova redrive                                         what waits, and why
  nova redrive 3                                       put back the third
  nova redrive 'x1y2z3#job#0198f7a2-…@7'               put back one by its key
  nova redrive all                                     put back all, in the order of their streams`;

export const replay = `
New rows fill beside those that are read, from the event store alone, while the platform goes on. When they have caught up,
reads switch; then the old rows go. Ctrl-C leaves it where it is, and the same command goes on from there. A commit that
cannot be read blocks the switch: reads stay where they are.

Examples:
  nova replay --projection content                     the catalogue
  nova replay                                          all four, one after the other`;
