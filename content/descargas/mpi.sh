#!/bin/bash
#SBATCH --job-name=mpi
#SBATCH --partition=estandar
#SBATCH --nodes=2
#SBATCH --ntasks-per-node=64
#SBATCH --time=12:00:00
#SBATCH --mem-per-cpu=3800M

# --8<-- [start:entorno]
module purge
module load gcc/13.2.0 openmpi/5.0.3
# --8<-- [end:entorno]
srun ./mi_programa_mpi
