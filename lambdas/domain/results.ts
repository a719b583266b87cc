/**
 * Which of two results of one kind stands: that of the job that was asked for last, whichever ended first. An upload
 * starts a job by itself, and must not undo what somebody asked for in particular meanwhile. Keys of results differ in
 * their job's id only, and ids sort by the time they were made.
 * @param known key of the object that stood so far
 */
export const lastAskedFor = (known: string | undefined, next: string) =>
  known !== undefined && known > next ? known : next;
