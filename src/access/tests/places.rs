//! Faults in Cedar are told where the author wrote them.
