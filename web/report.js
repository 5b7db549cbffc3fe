/* report.js - the report of a show. */
