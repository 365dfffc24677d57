#!/bin/bash
#SBATCH --job-name=hilos
#SBATCH --partition=estandar
#SBATCH --time=04:00:00
#SBATCH --cpus-per-task=16
#SBATCH --mem=32G

module purge
module load gcc/13.2.0
export OMP_NUM_THREADS=$SLURM_CPUS_PER_TASK
export OMP_PLACES=cores OMP_PROC_BIND=close
srun ./mi_programa
