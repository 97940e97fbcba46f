//! What the scan of nesting lets through, Cedar reads without exhausting a small stack.
