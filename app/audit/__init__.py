"""The audit: every act of a lead, an admin or a program on somebody's record, with its reason."""
