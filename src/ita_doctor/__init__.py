"""ita-doctor: validator, health checker and repairer for the SSL set-up of HCL Workload Automation agents on IBM i."""

__version__ = "0.1.0"
