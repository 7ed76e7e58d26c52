/**
 * Ids inside the extension. They only tie its records together: a console that already has one of them
 * gives the record another when it is imported (so the exports of others suggest: all of them start at
 * the same ids).
 */

/** Of our log source type: the first that a console gives to one made by hand. */
export const deviceTypeId = 4001;

/** Of the log source extension. */
export const deviceExtensionId = 1;

/** Of the category of log source types named SW/Integration. */
export const deviceCategoryId = 5;

/** The `qid` of the first event name: where those made by hand start in the export that was decoded. */
export const firstQid = 1_002_250_001;
